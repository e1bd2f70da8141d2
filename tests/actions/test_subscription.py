"""Subscribe, change, pause, end."""

import uuid
from dataclasses import replace

import pytest

from recommendations.actions import subscription
from recommendations.actions.subscription import Wish
from recommendations.models import Event, Subscription
from recommendations.rules.errors import Invalid, Missing, Unlawful
from tests.factories import NOW, OrganizationFactory, SourceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(dave):
    return subscription.subscribe(Wish(), actor=dave, now=NOW)


@pytest.mark.parametrize(
    ("scope", "factory"),
    [
        ("everything", None),
        ("owned", None),
        ("theme", ThemeFactory),
        ("source", SourceFactory),
        ("organization", OrganizationFactory),
    ],
)
def test_subscribe_to_each_scope(dave, scope, factory):
    wish = Wish(
        cadence="monthly", hour=0, scope=scope, subject=factory(slug="s").slug if factory else "", language="ru"
    )
    made = subscription.subscribe(wish, actor=dave, now=NOW)
    assert subscription.wish_of(made) == wish
    assert Subscription.objects.active().get() == made
    assert Event.objects.get().verb == "subscribed"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cadence": "hourly"}, "cadence"),
        ({"scope": "x"}, "scope"),
        ({"scope": "saved_view"}, "subject"),
        ({"scope": "saved_view", "subject": "not-an-id"}, "subject"),
        ({"scope": "saved_view", "subject": "c0ffee00-0000-4000-8000-000000000000"}, "subject"),
        ({"scope": "notices"}, "cadence"),
        ({"scope": "notices", "cadence": "daily"}, "cadence"),
        ({"language": "de"}, "language"),
        ({"weekday": 7}, "weekday"),
        ({"hour": 24}, "hour"),
        ({"scope": "theme", "subject": "x"}, "subject"),
    ],
)
def test_subscribe_names_the_wrong_field(dave, changed, field):
    with pytest.raises(Invalid) as refused:
        subscription.subscribe(replace(Wish(), **changed), actor=dave, now=NOW)
    assert [p.field for p in refused.value.problems] == [field]


def test_amend_records_what_changed(mine, dave):
    made = subscription.amend(mine.uuid, replace(Wish(), hour=17), actor=dave, now=NOW)
    assert (made.hour, made.version) == (17, 2)
    assert subscription.amend(mine.uuid, replace(Wish(), hour=17), actor=dave, now=NOW).version == 2
    assert Event.objects.get(verb="amended").after == {"hour": 17}


def test_pause_and_resume_once_each(mine, dave):
    for _again in range(2):
        assert subscription.pause(mine.uuid, actor=dave, now=NOW).paused_at == NOW
    assert not Subscription.objects.active().exists()
    for _again in range(2):
        assert subscription.resume(mine.uuid, actor=dave, now=NOW).paused_at is None
    assert [e.after["state"] for e in Event.objects.filter(verb="amended").order_by("id")] == ["paused", "active"]


def test_unsubscribe_ends_it_for_good(mine, dave):
    for _again in range(2):
        assert subscription.unsubscribe(mine.uuid, now=NOW).ended_at == NOW
    assert Event.objects.filter(verb="unsubscribed").count() == 1
    with pytest.raises(Unlawful):
        subscription.resume(mine.uuid, actor=dave, now=NOW)


def test_what_is_not_ones_own_is_missing(mine, erin):
    for uid in (mine.uuid, uuid.uuid4()):
        with pytest.raises(Missing):
            subscription.pause(uid, actor=erin, now=NOW)
    with pytest.raises(Missing):
        subscription.unsubscribe(uuid.uuid4(), now=NOW)
