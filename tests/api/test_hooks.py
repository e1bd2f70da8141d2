"""Webhooks, their calls, saved views and calendars by programs: one's own, with tags, secrets shown once."""

import pytest

from recommendations.actions import calendar_address
from recommendations.models import CalendarAddress, Call, SavedView, Webhook
from tests.api.contract import hold

pytestmark = pytest.mark.django_db
HOOK = {"name": "tracker", "url": "https://example.org/hook"}


def held(api, method, address, *said, **more):
    answer = api(method, address, *said, **more)
    hold(method, address if address.startswith("/") else f"/api/v1/{address}", answer)
    return answer


def path(url):
    return url[url.index("/api/v1/") :]


def test_a_webhook_from_beginning_to_end(steward):
    made = held(steward, "post", "webhooks/", {**HOOK, "verbs": ["assessed"]})
    assert made.status_code == 201
    body = made.json()
    secret, place = body.pop("secret"), path(body["url"])
    assert made["Location"] == body["url"]
    assert secret.startswith("whsec_")
    read = held(steward, "get", place)
    assert read.json() == body
    assert read["ETag"] == made["ETag"]
    assert held(steward, "get", "webhooks/").json()["results"] == [body]
    assert held(steward, "patch", place, {"paused": True}).status_code == 428
    changed = held(steward, "patch", place, {"paused": True}, If_Match=read["ETag"]).json()
    assert (changed["state"], changed["verbs"]) == ("paused", ["assessed"])
    assert held(steward, "patch", place, {"paused": False}, If_Match=read["ETag"]).status_code == 412
    turned = held(steward, "post", f"{place}rotate/").json()
    assert turned["secret"] not in {secret, ""}
    assert turned["old_secret_until"]
    call = held(steward, "post", f"{place}test/")
    assert (call.status_code, call.json()["event"], call.json()["state"]) == (201, None, "planned")
    assert held(steward, "post", f"{place}test/").status_code == 409
    assert held(steward, "post", f"{path(call.json()['url'])}resend/").status_code == 409
    Call.objects.update(state="failed", status=500)
    assert held(steward, "get", path(call.json()["url"])).json()["status"] == 500
    assert held(steward, "post", f"{path(call.json()['url'])}resend/").json()["state"] == "planned"
    assert held(steward, "delete", place).status_code == 204
    assert held(steward, "get", place).status_code == 404
    assert held(steward, "get", f"{place}calls/").status_code == 404
    assert Webhook.objects.get().ended_at


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({**HOOK, "url": "http://10.0.0.1/"}, "/url", "link_private"),
        ({**HOOK, "url": "http://localhost/"}, "/url", "link_private"),
        ({**HOOK, "url": "https://example.org:444/"}, "/url", "link_port"),
        ({**HOOK, "url": "file:///etc/passwd"}, "/url", "link_scheme"),
        ({**HOOK, "verbs": ["eaten"]}, "/verbs/0", "not_a_choice"),
        ({**HOOK, "secret": "mine"}, "/secret", "unknown_field"),
        ({"name": "a"}, "/url", "required"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_named(steward, said, pointer, code):
    answer = held(steward, "post", "webhooks/", said)
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_webhooks_are_for_those_who_keep_the_register(apis, role):
    answer = held(apis[role], "post", "webhooks/", HOOK)
    assert (answer.status_code, Webhook.objects.count()) == (403, 0)


def test_calls_say_what_they_tell_of_and_are_ones_own(steward, reviewer, item):
    place = path(steward.post("webhooks/", HOOK).json()["url"])
    steward.post(f"recommendations/{item.reference}/comments/", {"body": "Seen."})
    (call,) = held(steward, "get", f"{place}calls/").json()["results"]
    assert call["event"].endswith(f"/api/v1/events/recommendation/{item.reference}/1/")
    assert held(steward, "get", path(call["event"])).status_code == 200
    for address in (place, f"{place}calls/", path(call["url"])):
        assert held(reviewer, "get", address).status_code == 404
    assert held(reviewer, "post", f"{path(call['url'])}resend/").status_code == 404


def test_lists_ask_the_same_number_of_questions_for_one_and_three(steward, item, django_assert_num_queries):
    counts = {}
    for number in range(3):
        made = steward.post("webhooks/", {**HOOK, "name": f"t{number}"}).json()
        steward.post("saved-views/", {"name": f"v{number}", "query": f"q=v{number}"})
        steward.post("calendars/", {"name": f"c{number}"})
        steward.post(f"recommendations/{item.reference}/comments/", {"body": "Seen."})
        for address in ("webhooks/", "saved-views/", "calendars/", f"webhooks/{made['id']}/calls/"):
            with django_assert_num_queries(10, exact=False) as asked:
                assert steward.get(address).status_code == 200
            counts.setdefault(address.partition("/")[2][-6:] or address, set()).add(len(asked))
    assert all(len(found) == 1 for found in counts.values()), counts


def test_a_saved_view_from_beginning_to_end(owner, settings):
    made = held(owner, "post", "saved-views/", {"name": "Late", "query": "?delivery=overdue&q="})
    body, place = made.json(), path(made.json()["url"])
    assert held(owner, "get", place).json() == body
    assert str(SavedView.objects.get()) == body["name"]
    assert body["query"] == "delivery=overdue"
    assert body["list_url"] == f"{settings.PUBLIC_URL}/recommendations/?delivery=overdue"
    assert held(owner, "get", path(body["api_url"])).status_code == 200
    assert held(owner, "post", "saved-views/", {"name": "Late"}).status_code == 409
    wrong = held(owner, "post", "saved-views/", {"name": "Red", "query": "colour=red"})
    assert [(e["pointer"], e["code"]) for e in wrong.json()["errors"]] == [("/query", "bad_query")]
    changed = held(owner, "patch", place, {"query": ""}, If_Match=made["ETag"]).json()
    assert (changed["name"], changed["query"], changed["version"]) == ("Late", "", 2)
    assert changed["api_url"].endswith("/api/v1/recommendations/")
    assert held(owner, "patch", place, {"name": "X"}, If_Match=made["ETag"]).status_code == 412
    held(owner, "post", "saved-views/", {"name": "All"})
    assert [one["name"] for one in held(owner, "get", "saved-views/").json()["results"]] == ["All", "Late"]
    assert held(owner, "delete", place).status_code == 204
    assert held(owner, "delete", place).status_code == 404
    assert SavedView.objects.count() == 1


def test_a_calendar_from_beginning_to_end(owner, alice, client):
    made = held(owner, "post", "calendars/", {"name": "Ours", "query": "owner=me"})
    body, place = made.json(), path(made.json()["url"])
    address = body.pop("calendar_url")
    assert body["language"] == alice.language
    assert client.get(address[address.index("/calendar/") :]).status_code == 200
    read = held(owner, "get", place).json()
    assert read["last_used_at"]
    assert {**read, "last_used_at": None} == body
    assert held(owner, "delete", place).status_code == held(owner, "delete", place).status_code == 204
    assert held(owner, "get", place).json()["revoked_at"]
    assert client.get(address[address.index("/calendar/") :]).status_code == 404
    assert CalendarAddress.objects.get().sha256 == calendar_address.fingerprint(address[-47:-4])
