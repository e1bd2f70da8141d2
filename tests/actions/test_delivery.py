"""Sending again is for administrators, and only for what did not certainly arrive."""

import datetime as dt

import pytest

from recommendations.actions import delivery
from recommendations.models import Delivery, Event, Subscription
from recommendations.rules.errors import Forbidden, Missing, Unlawful
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TOKEN = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"
UNCERTAIN = {"state": "handed_over", "lease_until": NOW - HOUR, "token": TOKEN, "handed_over_at": NOW - HOUR}


def row(person, **columns):
    subscription = Subscription.objects.create(person=person, created_at=NOW - 99 * HOUR)
    start = NOW - 24 * HOUR
    columns = {"message_id": "<digest.1@example.org>", "attempts": 3, "stranded": 2, **columns}
    columns |= {"planned_at": NOW - 99 * HOUR, "due_at": NOW - HOUR}
    return Delivery.objects.create(subscription=subscription, period_start=start, period_end=NOW, **columns)


@pytest.mark.parametrize("columns", [UNCERTAIN, {"state": "failed", "finished_at": NOW}])
def test_send_again_plans_anew_with_the_same_message_id(dave, erin, columns):
    made = row(dave, **columns)
    delivery.send_again(made.uuid, actor=erin, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.attempts, made.due_at, made.message_id) == ("planned", 0, NOW, "<digest.1@example.org>")
    assert (made.stranded, made.planned_at) == (0, NOW)  # it is tried for as long as a new one
    assert (made.token, made.lease_until, made.handed_over_at, made.finished_at) == (None, None, None, None)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.subject_key) == ("sent_again", erin, str(made.subscription.uuid))
    assert event.before == {"delivery": str(made.uuid), "state": columns["state"]}


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "sent"},
        {"state": "empty"},
        {"state": "suppressed"},
        {"state": "planned"},
        {"state": "skipped_late"},
        {"state": "sending", "lease_until": NOW - HOUR, "token": TOKEN},
        {**UNCERTAIN, "lease_until": NOW + HOUR},
    ],
)
def test_send_again_of_anything_else_is_refused(dave, erin, columns):
    made = row(dave, **columns)
    with pytest.raises(Unlawful) as refused:
        delivery.send_again(made.uuid, actor=erin, now=NOW)
    assert refused.value.codes == ["not_to_be_sent_again"]
    made.refresh_from_db()
    assert made.state == columns["state"]
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward"])
def test_send_again_is_for_administrators(dave, people, role):
    made = row(dave, **UNCERTAIN)
    with pytest.raises(Forbidden):
        delivery.send_again(made.uuid, actor=people[role], now=NOW)


def test_send_again_of_a_missing_one_is_missing(erin):
    with pytest.raises(Missing):
        delivery.send_again(TOKEN, actor=erin, now=NOW)
