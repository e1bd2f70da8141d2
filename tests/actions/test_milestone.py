"""Milestones: planned, amended, finished, cancelled, each once."""

import datetime as dt
from uuid import uuid4

import pytest

from recommendations.actions import milestone
from recommendations.actions.milestone import Plan
from recommendations.models import Event, Milestone, Recommendation
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def made(owned, alice):
    return milestone.plan("T-900", Plan("A draft", TODAY + DAY), actor=alice, now=NOW - DAY)


def test_plan_is_one_event_and_a_sign_of_life(made, item, alice):
    item.refresh_from_db()
    assert (item.version, item.heard_at) == (2, NOW - DAY)
    event = Event.objects.get()
    assert (event.verb, event.actor) == ("milestone_set", alice)
    assert event.after == {"milestone": str(made.uuid), "title": "A draft", "due_on": "2026-11-25"}
    assert (str(made), made.is_open) == ("A draft", True)


def test_amend_changes_what_is_sent(made, item, alice):
    milestone.amend(made.uuid, {"due_on": None}, actor=alice, now=NOW, seen=1)
    milestone.amend(made.uuid, {"due_on": None}, actor=alice, now=NOW, seen=2)  # nothing new, no event
    event = Event.objects.last()
    assert (event.verb, event.before) == ("milestone_amended", {"due_on": "2026-11-25"})
    assert event.after == {"milestone": str(made.uuid), "title": "A draft", "due_on": None}
    assert Event.objects.count() == 2
    item.refresh_from_db()
    assert (item.version, item.heard_at, Milestone.objects.get().version) == (3, NOW, 2)
    with pytest.raises(Stale) as refused:
        milestone.amend(made.uuid, {"title": "B"}, actor=alice, now=NOW, seen=1)
    assert (refused.value.seen, refused.value.current) == (1, 2)
    with pytest.raises(Invalid) as wrong:
        milestone.amend(made.uuid, {"title": " "}, actor=alice, now=NOW)
    assert wrong.value.codes == ["required"]


def test_finish_once_on_a_day_that_has_come(made, alice):
    with pytest.raises(Invalid) as refused:
        milestone.finish(made.uuid, TODAY + DAY, actor=alice, now=NOW)
    assert refused.value.codes == ["in_the_future"]
    done = milestone.finish(made.uuid, TODAY, actor=alice, now=NOW)
    assert (done.done_on, done.version, done.is_open) == (TODAY, 2, False)
    assert Event.objects.last().after == {"milestone": str(made.uuid), "title": "A draft", "done_on": "2026-11-24"}
    for again in (
        lambda: milestone.finish(made.uuid, TODAY, actor=alice, now=NOW),
        lambda: milestone.cancel(made.uuid, "No.", actor=alice, now=NOW),
        lambda: milestone.amend(made.uuid, {"title": "B"}, actor=alice, now=NOW),
    ):
        with pytest.raises(Unlawful) as closed:
            again()
        assert closed.value.codes == ["milestone_closed"]


def test_cancel_needs_a_reason(made, alice):
    with pytest.raises(Invalid) as refused:
        milestone.cancel(made.uuid, "", actor=alice, now=NOW)
    assert refused.value.codes == ["required"]
    gone = milestone.cancel(made.uuid, "Two became one.", actor=alice, now=NOW)
    assert (gone.cancelled_at, gone.cancellation_reason) == (NOW, "Two became one.")
    assert Event.objects.last().after == {"milestone": str(made.uuid), "title": "A draft", "reason": "Two became one."}


def test_who_may_and_what_is_there(made, people, alice, carol):
    for role in ("reader", "reviewer"):
        with pytest.raises(Forbidden):
            milestone.plan("T-900", Plan("B"), actor=people[role], now=NOW)
        with pytest.raises(Forbidden):
            milestone.finish(made.uuid, TODAY, actor=people[role], now=NOW)
    with pytest.raises(Missing):
        milestone.finish(uuid4(), TODAY, actor=alice, now=NOW)
    with pytest.raises(Stale):
        milestone.plan("T-900", Plan("B"), actor=carol, now=NOW, seen=7)
    with pytest.raises(Invalid):
        milestone.plan("T-900", Plan("\x00"), actor=carol, now=NOW)
    Recommendation.objects.update(withdrawn_at=NOW)
    for act in (
        lambda: milestone.plan("T-900", Plan("B"), actor=carol, now=NOW),
        lambda: milestone.cancel(made.uuid, "No.", actor=carol, now=NOW),
    ):
        with pytest.raises(Unlawful) as refused:
            act()
        assert refused.value.codes == ["withdrawn"]
