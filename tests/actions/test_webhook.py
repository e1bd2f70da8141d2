"""Register a webhook, change it, rest, rotate, end, and call again."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from recommendations.actions import webhook
from recommendations.actions.webhook import Wish
from recommendations.models import Call, Event, Webhook
from recommendations.rules.errors import Invalid, Missing, Stale, Unlawful
from tests.factories import NOW

pytestmark = pytest.mark.django_db
WISH = Wish(" tracker ", "https://example.org/hook?key=secret", ("assessed", "assessed"))


@pytest.fixture
def mine(carol):
    return webhook.register(WISH, actor=carol, now=NOW)[0]


def test_registering_keeps_the_secret_sealed_and_history_the_host_only(carol):
    made, secret = webhook.register(WISH, actor=carol, now=NOW)
    made.refresh_from_db()
    assert (made.name, made.verbs, made.state) == ("tracker", ["assessed"], "active")
    assert secret.startswith("whsec_")
    assert secret.encode() not in bytes(made.secret)
    (key,) = webhook.secrets_of(Webhook.objects.values().get(), NOW)
    assert len(key) == 32
    told = Event.objects.get()
    assert (told.verb, told.subject) == ("registered", "webhook")
    assert told.after == {"url": "example.org", "verbs": ["assessed", "assessed"]}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"url": ""}, ["url"]),
        ({"url": "ftp://example.org"}, ["url"]),
        ({"url": "http://127.0.0.1/"}, ["url"]),
        ({"url": "http://example.org:8080/"}, ["url"]),
        ({"url": "http://a:b@example.org/"}, ["url"]),
        ({"verbs": ("eaten",), "name": "a\0"}, ["name", "verbs"]),
    ],
)
def test_what_is_wrong_is_named(carol, mine, changed, fields):
    for do in (
        lambda wish: webhook.register(wish, actor=carol, now=NOW),
        lambda wish: webhook.amend(mine.uuid, wish, actor=carol, now=NOW),
    ):
        with pytest.raises(Invalid) as refused:
            do(replace(WISH, **changed))
        assert [p.field for p in refused.value.problems] == fields


def test_amending_pausing_and_coming_back(mine, carol):
    wish = Wish("other", "https://example.com/", ())
    made = webhook.amend(mine.uuid, wish, paused=True, actor=carol, now=NOW, seen=1)
    assert (made.state, made.url, made.version) == ("paused", "https://example.com/", 2)
    told = Event.objects.get(verb="amended")
    assert told.before == {"url": "example.org", "verbs": ["assessed"], "state": "active"}
    assert told.after == {"url": "example.com", "verbs": [], "state": "paused"}
    assert webhook.amend(mine.uuid, wish, actor=carol, now=NOW).version == 2
    with pytest.raises(Stale):
        webhook.amend(mine.uuid, wish, actor=carol, now=NOW, seen=1)
    assert webhook.amend(mine.uuid, wish, paused=False, actor=carol, now=NOW).state == "active"
    Webhook.objects.update(state="failing")
    assert webhook.amend(mine.uuid, wish, paused=False, actor=carol, now=NOW).state == "failing"


def test_rotating(mine, carol):
    first = webhook.secrets_of(Webhook.objects.values().get(), NOW)
    made, shown = webhook.rotate(mine.uuid, actor=carol, now=NOW)
    assert made.old_secret_until == NOW + dt.timedelta(hours=24)
    both = webhook.secrets_of(Webhook.objects.values().get(), NOW)
    assert both[1:] == first
    assert webhook.secrets_of(Webhook.objects.values().get(), NOW + dt.timedelta(hours=24)) == both[:1]
    assert shown not in str(Event.objects.get(verb="amended").after)


def test_ending_drops_what_waits_and_forgets_the_secrets(mine, carol):
    call = webhook.try_out(mine.uuid, actor=carol, now=NOW)
    webhook.end(mine.uuid, actor=carol, now=NOW)
    call.refresh_from_db()
    assert (str(call), str(mine)) == (f"{call.uuid} dropped", "tracker")
    assert (call.state, call.finished_at) == ("dropped", NOW)
    assert bytes(Webhook.objects.get().secret) == b""
    for do in (webhook.end, webhook.rotate, webhook.try_out):
        with pytest.raises(Missing):
            do(mine.uuid, actor=carol, now=NOW)
    with pytest.raises(Missing):
        webhook.resend(call.uuid, actor=carol, now=NOW)
    assert webhook.disable(mine.uuid, "gone", now=NOW) is None


def test_one_test_at_a_time_and_again_what_has_ended(mine, carol):
    call = webhook.try_out(mine.uuid, actor=carol, now=NOW)
    for do in (
        lambda: webhook.try_out(mine.uuid, actor=carol, now=NOW),
        lambda: webhook.resend(call.uuid, actor=carol, now=NOW),
    ):
        with pytest.raises(Unlawful) as refused:
            do()
        assert refused.value.codes == ["under_way"]
    Call.objects.update(state="sent", finished_at=NOW, attempts=3)
    again = webhook.resend(call.uuid, actor=carol, now=NOW)
    assert (again.state, again.attempts, again.finished_at, again.uuid) == ("planned", 0, None, call.uuid)
    assert Event.objects.get(verb="sent_again").after == {"call": str(call.uuid)}
    with pytest.raises(Missing):
        webhook.resend(uuid.uuid4(), actor=carol, now=NOW)


def test_one_person_has_so_many(mine, carol, monkeypatch):
    monkeypatch.setattr(webhook, "MOST", 1)
    with pytest.raises(Unlawful) as refused:
        webhook.register(WISH, actor=carol, now=NOW)
    assert refused.value.codes == ["enough"]
    webhook.end(mine.uuid, actor=carol, now=NOW)
    webhook.register(WISH, actor=carol, now=NOW)
