"""How many bounces of which kind are enough, and what becomes of the digest."""

import datetime as dt
import hashlib
import uuid

import pytest

from recommendations.actions import bounce, suppression
from recommendations.actions.bounce import Returned
from recommendations.models import Bounce, Delivery, Event, Subscription, Suppression
from recommendations.models.postal import BounceKind
from recommendations.rules.errors import Missing
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TOKEN = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"
UNCERTAIN = {"state": "handed_over", "lease_until": NOW - DAY, "token": TOKEN, "handed_over_at": NOW - DAY}


def row(person, number=1, **columns):
    mine, _ = Subscription.objects.get_or_create(person=person, defaults={"created_at": NOW - 99 * DAY})
    start = NOW - number * DAY
    columns = {"recipient": person.email, "state": "sent", **columns}
    return Delivery.objects.create(
        subscription=mine, period_start=start, period_end=start + DAY, planned_at=NOW, due_at=NOW, **columns
    )


def returned(kind="hard", status="5.1.1", said="", *, number=0, proven=True):
    sha256 = hashlib.sha256(f"{kind}{status}{said}{number}".encode()).hexdigest()
    return Returned(BounceKind(kind), status, said, sha256, is_proven=proven)


def record(delivery, *arguments, now=NOW, **named):
    return bounce.record(delivery.uuid, returned(*arguments, **named), now=now)


def test_no_such_mailbox_is_enough_at_once(dave):
    made = row(dave)
    assert record(made, "hard", "5.1.1", "550 5.1.1 nobody") == (True, True, False)
    kept = Bounce.objects.get()
    assert (kept.delivery, kept.kind, kept.status, kept.diagnostic) == (made, "hard", "5.1.1", "550 5.1.1 nobody")
    found = Suppression.objects.get()
    assert (found.email, found.reason, found.detail, found.since) == (
        dave.email,
        "bounced",
        "5.1.1 550 5.1.1 nobody",
        NOW,
    )
    made.refresh_from_db()
    assert made.state == "sent"
    assert [event.verb for event in Event.objects.all()] == ["suppressed"]


def test_a_complaint_is_enough_at_once(dave):
    assert record(row(dave), "complaint", "", "abuse").is_suppressed
    assert Suppression.objects.get().reason == "complained"


def test_the_same_bytes_count_once(dave):
    made = row(dave)
    assert record(made, "soft", "4.2.1").is_new
    assert record(made, "soft", "4.2.1") == (False, False, False)
    assert Bounce.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "status", "proven", "most"),
    [("hard", "5.7.1", True, 3), ("hard", "5.1.1", False, 3), ("complaint", "", False, 3), ("soft", "4.2.2", True, 5)],
)
def test_what_is_less_clear_has_to_come_of_several_digests(dave, kind, status, proven, most):
    rows = [row(dave, number) for number in range(1, most + 1)]
    again = [record(rows[0], kind, status, number=number, proven=proven) for number in range(10, 16)]
    assert [one.is_suppressed for one in again] == [False] * 6  # however often one digest comes back
    found = [record(made, kind, status, number=number, proven=proven).is_suppressed for number, made in enumerate(rows)]
    assert found == [False] * (most - 1) + [True]


@pytest.mark.parametrize(("kind", "status", "within"), [("hard", "5.7.1", 90), ("soft", "4.2.2", 30)])
def test_what_came_back_long_ago_counts_no_more(dave, kind, status, within):
    rows = [row(dave, number) for number in range(1, 6)]
    for number, made in enumerate(rows[:4]):
        record(made, kind, status, number=number, now=NOW - within * DAY)
        Suppression.objects.update(lifted_at=NOW - within * DAY)
    assert not record(rows[4], kind, status, number=9).is_suppressed


def test_worse_counts_towards_what_is_less_bad_and_not_the_other_way(dave):
    rows = [row(dave, number) for number in range(1, 8)]
    for number, made in enumerate(rows[:4]):
        record(made, "soft", "4.2.2", number=number)
    assert not record(rows[4], "hard", "5.7.1").is_suppressed
    assert record(rows[5], "soft", "4.2.2", number=9).is_suppressed


def test_what_is_still_being_tried_is_kept_and_counts_for_nothing(dave):
    rows = [row(dave, number) for number in range(1, 8)]
    assert not any(record(made, "delayed", "4.4.1", number=number).is_suppressed for number, made in enumerate(rows))
    assert Bounce.objects.filter(kind="delayed").count() == 7


def test_other_addresses_do_not_count(dave, alice):
    for number in range(1, 4):
        record(row(alice, number), "hard", "5.7.1", number=number)
    assert not record(row(dave), "hard", "5.7.1").is_suppressed


def test_address_that_is_suppressed_is_not_suppressed_again(dave):
    rows = [row(dave, number) for number in (1, 2)]
    assert record(rows[0]).is_suppressed
    assert not record(rows[1], number=2).is_suppressed
    assert Suppression.objects.count() == 1


def test_after_an_administrator_lifted_it_counting_begins_anew(dave, erin):
    rows = [row(dave, number) for number in range(1, 6)]
    for number, made in enumerate(rows[:3]):
        record(made, "hard", "5.7.1", number=number)
    suppression.lift(Suppression.objects.get().uuid, actor=erin, now=NOW)
    later = NOW + DAY
    found = [record(made, "hard", "5.7.1", number=7 + place, now=later) for place, made in enumerate(rows[2:])]
    assert [one.is_suppressed for one in found] == [False, False, True]


def test_address_that_was_forgotten_is_not_suppressed(dave):
    assert record(row(dave, recipient="")) == (True, False, False)


def test_what_came_back_had_been_accepted(dave):
    made = row(dave, **UNCERTAIN, last_error="the line broke")
    assert record(made, "soft", "4.2.2") == (True, False, True)
    made.refresh_from_db()
    assert (made.state, made.token, made.lease_until, made.finished_at, made.last_error) == (
        "sent",
        None,
        None,
        NOW,
        "",
    )
    assert made.handed_over_at == NOW - DAY


@pytest.mark.parametrize(
    "columns", [{"state": "failed"}, {"state": "planned"}, {**UNCERTAIN, "lease_until": NOW + DAY}]
)
def test_any_other_state_stays(dave, columns):
    made = row(dave, **columns)
    assert record(made, "soft", "4.2.2") == (True, False, False)
    made.refresh_from_db()
    assert made.state == columns["state"]


def test_whoever_got_a_digest_cannot_fill_the_tables_with_it(dave):
    made = row(dave)
    assert [record(made, "delayed", number=number).is_new for number in range(21)] == [True] * 20 + [False]
    assert Bounce.objects.count() == 20


def test_a_digest_that_is_gone_is_missing():
    with pytest.raises(Missing):
        bounce.record(uuid.uuid4(), returned(), now=NOW)


def test_long_words_are_cut(dave):
    record(row(dave), "hard", "5." * 20, "x" * 1_000)
    kept = Bounce.objects.get()
    assert (len(kept.status), len(kept.diagnostic)) == (16, 300)
