"""Keys for programs on pages: shown once, listed, revoked."""

import datetime as dt

import pytest
import time_machine

from recommendations.actions import token
from recommendations.models import Event, Token
from tests.coming import come
from tests.factories import NOW, PASSWORD, TODAY
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/account/tokens/"
SAID = {"name": "Dashboard", "scope": "read", "expires_on": "2026-12-31"}


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(NOW, tick=False):
        yield


def test_tokens_ask_to_sign_in(client):
    assert client.get(HERE).url == f"/account/login/?next={HERE}"
    assert client.post(HERE, SAID).status_code == 302
    assert not Token.objects.exists()


def test_tokens_show_a_new_key_once(client, dave):
    come(client, dave)
    response = client.post(HERE, SAID)
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "private, no-store"
    key, made = response.context["key"], Token.objects.get()
    assert key in response.content.decode()
    assert made.sha256 == token.fingerprint(key)
    assert (made.person, made.name, made.scope) == (dave, "Dashboard", "read")
    assert made.expires_at == dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    page = client.get(HERE)
    assert key not in page.content.decode()
    text = text_of(page)
    assert "Dashboard" in text
    assert "works until 31 December 2026" in text
    assert "never used" in text


def test_tokens_ask_for_the_password_of_who_signed_in_long_ago_and_lose_nothing(client, dave):
    client.force_login(dave)
    asked = client.post(HERE, SAID)
    assert asked.url.startswith("/account/reauthenticate/?next=")
    assert not Token.objects.exists()
    assert client.get(HERE).status_code == 200
    response = client.post(asked.url, {"password": PASSWORD})
    assert (response.status_code, Token.objects.get().name) == (201, "Dashboard")
    assert f'action="{HERE}"' in response.content.decode()


def test_tokens_last_until_the_end_of_a_day_in_ones_own_zone(client, dave):
    dave.time_zone = "Asia/Vladivostok"
    dave.save()
    come(client, dave)
    client.post(HERE, SAID)
    assert Token.objects.get().expires_at == dt.datetime(2026, 12, 31, 13, 59, 59, tzinfo=dt.UTC)


def test_tokens_can_write_for_those_who_may(client, people):
    for role, may in (("reader", False), ("contributor", True), ("administrator", True)):
        come(client, people[role])
        assert client.post(HERE, {**SAID, "scope": "write"}).status_code == (201 if may else 400)
    assert Token.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"scope": "all"}, "scope"),
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2026-11-23"}, "expires_on"),
        ({"expires_on": "2028-01-01"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"expires_on": "0001-01-01"}, "expires_on"),
    ],
)
def test_tokens_say_what_is_wrong_and_where(client, dave, changed, field):
    come(client, dave)
    response = client.post(HERE, {**SAID, **changed})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert not Token.objects.exists()


def test_tokens_say_how_they_stand(client, dave):
    for name, days in (("old", -1), ("used", 9)):
        made, _key = token.issue(name, scope="read", actor=dave, now=NOW, expires_at=NOW + dt.timedelta(days=9))
        Token.objects.filter(pk=made.pk).update(expires_at=NOW + dt.timedelta(days=days), last_used_at=NOW)
    come(client, dave)
    text = text_of(client.get(HERE))
    assert "expired on 23 November 2026" in text
    assert "last used 24 November 2026, 09:30" in text
    assert text.count("Revoke it") == 1


def test_tokens_are_revoked_by_their_owner(client, dave, bob):
    made, _key = token.issue("Dashboard", scope="read", actor=dave, now=NOW)
    where = f"{HERE}{made.uuid}/revoke/"
    come(client, bob)
    assert client.post(where).status_code == 404
    come(client, dave)
    assert client.get(where).status_code == 405
    response = client.post(where, follow=True)
    assert "The token “Dashboard” is revoked" in text_of(response)
    assert "revoked on 24 November 2026" in text_of(response)
    assert [event.verb for event in Event.objects.order_by("id")] == ["issued", "revoked"]
    made.refresh_from_db()
    assert made.revoked_at == NOW
    assert NOW.date() == TODAY


def test_tokens_ask_the_same_number_of_questions_for_one_and_three(client, dave, django_assert_num_queries):
    come(client, dave)
    asked = []
    for more in (1, 2):
        for number in range(more):
            token.issue(f"Key {number}", scope="read", actor=dave, now=NOW)
        with django_assert_num_queries(10, exact=False) as questions:
            client.get(HERE)
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 5
