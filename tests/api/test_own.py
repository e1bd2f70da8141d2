"""What is one's own: oneself, subscriptions, what was sent, tokens."""

import datetime as dt
import json

import pytest

from recommendations.models import Event, Subscription, Token
from tests.api.conftest import Api, key_of
from tests.api.test_door import problem
from tests.factories import (
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def test_me(dave):
    dave.role = "contributor"
    dave.save()
    api = Api(key_of(dave))
    me = api.get("people/me/")
    assert (me.json()["role"], me.json()["organization"], me.json()["language"]) == ("contributor", None, "en")
    problem(api.patch("people/me/", {"language": "ru"}), 428, "precondition_required")
    problem(api.patch("people/me/", {"language": "ru"}, If_Match='"9.x"'), 412, "stale")
    done = api.patch("people/me/", {"language": "ru", "time_zone": "Europe/Minsk"}, If_Match=me.headers["ETag"])
    assert (done.json()["language"], done.json()["time_zone"], done.json()["name"]) == ("ru", "Europe/Minsk", "Dave")
    assert done.headers["Content-Language"] == "en"  # of the request as it came
    problem(api.patch("people/me/", {"time_zone": "Moon"}, If_Match="*"), 400, "invalid", ("/time_zone", "bad_time_zone"))  # fmt: skip


def test_subscriptions(alice, owner, steward):
    made = owner.post("subscriptions/", {"cadence": "daily", "hour": 7, "scope": "owned"})
    assert (made.status_code, made.json()["cadence"], made.json()["subject"]) == (201, "daily", None)
    address = f"subscriptions/{made.json()['id']}/"
    tag = made.headers["ETag"]
    paused = owner.patch(address, {"paused": True, "hour": 9}, If_Match=tag)
    assert (paused.json()["paused_at"], paused.json()["hour"], paused.json()["version"]) == ("2026-11-24T09:30:00Z"[:16] + paused.json()["paused_at"][16:], 9, 2)  # fmt: skip
    problem(owner.patch(address, {"paused": False}, If_Match=tag), 412, "stale")
    assert owner.patch(address, {"paused": False}, If_Match="*").json()["paused_at"] is None
    theme = ThemeFactory(slug="economy")
    assert owner.patch(address, {"scope": "theme", "subject": theme.slug}, If_Match="*").json()["subject"] == "economy"
    problem(owner.patch(address, {"subject": None}, If_Match="*"), 400, "invalid", ("/subject", "unknown_name"))
    problem(owner.post("subscriptions/", {"hour": 24}), 400, "invalid", ("/hour", "bad_value"))
    problem(owner.post("subscriptions/", {"cadence": "hourly"}), 400, "invalid", ("/cadence", "not_a_choice"))
    problem(owner.post("subscriptions/", {"scope": "saved_view"}), 400, "invalid", ("/subject", "unknown_name"))
    problem(steward.get(address), 404, "not_found")
    problem(steward.delete(address), 404, "not_found")
    assert owner.delete(address).status_code == 204
    problem(owner.get(address), 404, "not_found")
    assert owner.get("subscriptions/").json()["results"] == []
    assert Subscription.objects.get().ended_at
    assert [e.verb for e in Event.objects.filter(subject="subscription").order_by("id")] == ["subscribed", "amended", "amended", "amended", "unsubscribed"]  # fmt: skip


def test_links_to_answer_by_are_made_worthless(owner, steward):
    made = owner.post("subscriptions/", {"cadence": "daily"}).json()
    address = f"subscriptions/{made['id']}/revoke-answers/"
    assert made["answers_from"] is None
    problem(steward.post(address), 404, "not_found")
    done = owner.post(address)
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert done.json()["answers_from"] > made["created_at"]
    owner.delete(f"subscriptions/{made['id']}/")
    problem(owner.post(address), 409, "unlawful", ("", "ended"))


def test_a_subscription_to_a_saved_view_and_to_notices(alice, owner, steward):
    view = owner.post("saved-views/", {"name": "Late", "query": "delivery=overdue"}).json()["id"]
    made = owner.post("subscriptions/", {"scope": "saved_view", "subject": view, "cadence": "daily"})
    assert (made.status_code, made.json()["subject"]) == (201, view)
    problem(steward.post("subscriptions/", {"scope": "saved_view", "subject": view}), 400, "invalid", ("/subject", "unknown_name"))  # fmt: skip
    assert owner.delete(f"saved-views/{view}/").status_code == 204
    problem(owner.get(f"subscriptions/{made.json()['id']}/"), 404, "not_found")
    mail = owner.post("subscriptions/", {"scope": "notices"})
    assert (mail.status_code, mail.json()["cadence"], mail.json()["subject"]) == (201, "hourly", None)
    problem(owner.post("subscriptions/", {"scope": "notices"}), 409, "unlawful", ("/scope", "notices_already"))
    problem(owner.post("subscriptions/", {"scope": "notices", "cadence": "daily"}), 400, "invalid", ("/cadence", "not_a_choice"))  # fmt: skip
    address = f"subscriptions/{mail.json()['id']}/"
    problem(owner.patch(address, {"scope": "owned"}, If_Match="*"), 400, "invalid", ("/cadence", "not_a_choice"))
    assert owner.patch(address, {"scope": "owned", "cadence": "weekly"}, If_Match="*").json()["cadence"] == "weekly"
    assert owner.patch(address, {"scope": "notices"}, If_Match="*").json()["cadence"] == "hourly"


def test_deliveries_show_what_was_sent(full, reader, owner):
    (row,) = reader.get("deliveries/").json()["results"]
    assert (row["state"], row["subscription"]) == ("sent", str(full.subscription.uuid))
    assert "text" not in row
    assert reader.get(f"deliveries/{row['id']}/").json()["html"] == "<p>…</p>"
    problem(owner.get(f"deliveries/{row['id']}/"), 404, "not_found")


def test_tokens_are_made_shown_once_and_revoked(owner, steward):
    made = owner.post("tokens/", {"name": "export"})
    assert (made.status_code, made.json()["scope"]) == (201, "read")
    new = Api(made.json()["key"])
    assert new.get("people/me/").json()["name"] == "Alice"
    address = f"tokens/{made.json()['id']}/"
    assert made.headers["Location"].endswith(address)
    assert "key" not in owner.get(address).json()
    assert made.json()["key"] not in owner.get("tokens/").content.decode()
    problem(new.post("tokens/", {"name": "more"}), 403, "read_only_token")
    problem(steward.delete(address), 404, "not_found")
    assert owner.delete(address).status_code == 204
    assert owner.delete(address).status_code == 204
    problem(new.get("people/me/"), 401, "invalid_token")


def test_a_token_made_with_a_token_does_not_outlive_it(owner, alice):
    held = Token.objects.get(person=alice)
    said = {"name": "next", "scope": "write"}
    late = (held.expires_at + dt.timedelta(days=1)).isoformat()
    problem(owner.post("tokens/", {**said, "expires_at": late}), 400, "invalid", ("/expires_at", "bad_expiry"))
    assert owner.post("tokens/", said).json()["expires_at"] == held.expires_at.isoformat().replace("+00:00", "Z")
    soon = "2026-11-30T00:00:00+03:00"
    assert owner.post("tokens/", {**said, "expires_at": soon}).json()["expires_at"] == "2026-11-29T21:00:00Z"
    problem(owner.post("tokens/", {**said, "expires_at": "soon"}), 400, "invalid", ("/expires_at", "bad_value"))
    problem(owner.post("tokens/", {**said, "expires_at": "2026-13-01T00:00:00Z"}), 400, "invalid", ("/expires_at", "bad_value"))  # fmt: skip


def test_a_session_makes_tokens_for_longer(alice, client):
    client.force_login(alice)
    made = client.post("/api/v1/tokens/", json.dumps({"name": "long"}), content_type="application/json")
    assert made.status_code == 201


def test_a_reader_s_token_cannot_write(dave, client):
    client.force_login(dave)
    said = json.dumps({"name": "x", "scope": "write"})
    problem(client.post("/api/v1/tokens/", said, content_type="application/json"), 403, "forbidden", ("", "read_only"))


def test_people_is_only_oneself(reader):
    other = PersonFactory()
    problem(reader.get("people/"), 404, "not_found")
    problem(reader.get(f"people/{other.uuid}/"), 404, "not_found")
