"""Domains that are written to at a pace, and domains that are let alone: real conversations, several senders."""

import datetime as dt
import itertools
import threading

import pytest
from django.db import connection

from recommendations.digests import claim, deliver, plan, turns
from recommendations.models import Delivery, MailDomain, Person

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = "451 4.7.650 Too much mail from you"
SECOND = dt.timedelta(seconds=1)


def planned(owners, **domains):
    """Plan a digest for each: so many at slow.example, quick.example and so on."""
    owners(sum(domains.values()))
    names = [f"{name}.example" for name, count in domains.items() for _ in range(count)]
    for person, name in zip(Person.objects.filter(name__startswith="Owner").order_by("id"), names, strict=True):
        Person.objects.filter(pk=person.pk).update(email=f"{person.email.partition('@')[0]}@{name.title()}")
    plan.plan()


def ways(**options):
    return {way: count for way, count in deliver.deliver(**options).items() if count}


def slots():
    return sorted(Delivery.objects.filter(slot_at__isnull=False).values_list("slot_at", flat=True))


def domains_of(post):
    return [recipient.partition("@")[2].lower() for recipient, _ in post.letters]


def pass_time(by):
    """Let so much time be over, for rows and domains."""
    for row in Delivery.objects.exclude(state="skipped_late"):
        row.due_at -= by
        row.slot_at = row.slot_at and row.slot_at - by
        row.save()
    for domain in MailDomain.objects.all():
        domain.free_at -= by
        domain.held_until = domain.held_until and domain.held_until - by
        domain.save()


def test_a_domain_gets_one_at_a_time_and_holds_up_no_other(owners, post, settings, states):
    settings.MAIL_PACE = {"slow.example": 600.0}
    planned(owners, slow=3, quick=3)
    assert ways() == {"sent": 4}
    assert sorted(domains_of(post)) == ["quick.example"] * 3 + ["slow.example"]
    assert states() == {"sent": 4, "planned": 2}
    first, second, third = slots()
    assert (second - first, third - second) == (600 * SECOND, 600 * SECOND)
    assert ways() == {}
    pass_time(600 * SECOND)
    assert ways() == {"sent": 1}
    assert set(Delivery.objects.exclude(state="skipped_late").values_list("attempts", flat=True)) == {0}


def test_without_a_pace_nothing_waits(owners, post, states):
    """The negative control of the test above."""
    planned(owners, slow=3, quick=3)
    assert ways() == {"sent": 6}
    assert not MailDomain.objects.exists()


def test_a_sender_waits_for_turns_that_come_soon(owners, post, settings, states):
    settings.MAIL_PACE = {"*": 0.05}
    planned(owners, slow=4)
    assert ways() == {"sent": 4}
    ones = slots()
    assert all(later - earlier >= SECOND / 20 for earlier, later in itertools.pairwise(ones))
    rows = Delivery.objects.filter(state="sent")
    assert all(row.handed_over_at >= row.slot_at for row in rows)


def test_the_pace_of_all_others_is_not_that_of_who_has_one(owners, post, settings):
    settings.MAIL_PACE = {"*": 600.0, "quick.example": 0.001}
    planned(owners, slow=2, other=2, quick=3)
    assert ways() == {"sent": 5}
    assert sorted(domains_of(post)) == ["other.example"] + ["quick.example"] * 3 + ["slow.example"]


def test_senders_at_once_share_one_pace(owners, post, settings, states, monkeypatch):
    """Each claims a row or two at a time; no two rows have the same turn, and none comes too early."""
    settings.MAIL_PACE = {"slow.example": 0.02}
    monkeypatch.setattr(deliver, "BATCH", 2)
    planned(owners, slow=12)
    start = threading.Barrier(3)

    def beat():
        start.wait()
        deliver.deliver()
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(3)]
    for each in beats:
        each.start()
    for each in beats:
        each.join()
    assert states() == {"sent": 12}
    assert len(post.letters) == 12
    ones = slots()
    assert len(ones) == 12
    assert all(later - earlier >= SECOND / 50 for earlier, later in itertools.pairwise(ones))


def test_turns_are_given_for_an_hour_and_asked_for_again_after_it(owners, settings):
    settings.MAIL_PACE = {"slow.example": 1_500.0}
    planned(owners, slow=5)
    assert len(claim.claim(9).claims) == 1
    assert len(slots()) == 3
    later = Delivery.objects.filter(state="planned", slot_at=None)
    assert {row.due_at > max(slots()) for row in later} == {True}
    pass_time(turns.AHEAD)
    Delivery.objects.filter(state="sending").update(state="empty")
    assert claim.claim(9).waiting == 4  # what was missed is not made up for at once: the turns go on from here


def test_a_turn_that_was_missed_is_given_anew(owners, settings):
    settings.MAIL_PACE = {"slow.example": 60.0}
    planned(owners, slow=4)
    assert len(claim.claim(9).claims) == 1
    pass_time(dt.timedelta(minutes=30))
    assert len(claim.claim(9).claims) == 1


def test_a_turn_just_come_is_taken(owners, settings):
    settings.MAIL_PACE = {"slow.example": 60.0}
    planned(owners, slow=2)
    claim.claim(9)
    given = Delivery.objects.get(state="planned").slot_at
    pass_time(70 * SECOND)
    assert len(claim.claim(9).claims) == 1
    assert Delivery.objects.filter(state="sending").latest("slot_at").slot_at == given - 70 * SECOND


def test_statements_of_a_claim_do_not_grow(owners, settings, django_assert_num_queries):
    settings.MAIL_PACE = {"*": 1.0}
    planned(owners, one=1, two=1, three=1, four=2)
    for most in (1, 4):
        with django_assert_num_queries(6):  # two are the transaction's
            claim.claim(most)


def test_an_answer_for_the_whole_domain_holds_it_and_nobody_else(owners, post, states):
    planned(owners, busy=3, quick=2)
    post.at_rcpt = {f"owner.{number}@Busy.Example": BUSY for number in (1, 2, 3)}
    asked = post.asked = []
    assert ways() == {"held": 3, "sent": 2}
    assert domains_of(post) == ["quick.example"] * 2
    assert asked.count("busy.example") == 1
    held = MailDomain.objects.get()
    assert (held.name, held.reason) == ("busy.example", BUSY)
    assert set(Delivery.objects.filter(state="planned").values_list("attempts", flat=True)) == {0}
    hurry()
    assert ways() == {}
    assert asked.count("busy.example") == 1
    due = Delivery.objects.filter(state="planned").values_list("due_at", flat=True)
    assert all(held.held_until <= one <= held.held_until + turns.SPREAD for one in due)
    assert len(set(due)) == 3  # in any order: who heard it is not always the next one to ask
    post.at_rcpt = {}
    pass_time(turns.HELD + turns.SPREAD)
    assert ways() == {"sent": 3}


def test_a_domain_that_takes_nothing_for_hours_loses_nobody(owners, post, states):
    planned(owners, busy=2)
    post.at_rcpt = {f"owner.{number}@Busy.Example": BUSY for number in (1, 2)}
    for _ in range(claim.MOST_STRANDED * 3):
        assert ways() == {"held": 2}
        assert ways() == {}
        pass_time(turns.HELD + turns.SPREAD)
    assert set(Delivery.objects.filter(state="planned").values_list("attempts", flat=True)) == {0}
    post.at_rcpt = {}
    assert ways() == {"sent": 2}


def test_rows_go_in_the_order_in_which_they_are_due(owners):
    planned(owners, busy=3)
    ids = list(Delivery.objects.filter(state="planned").order_by("id").values_list("pk", flat=True))
    for minutes, row in enumerate(ids):
        now = dt.datetime.now(dt.UTC)
        Delivery.objects.filter(pk=row).update(due_at=now - dt.timedelta(minutes=minutes))
    assert [mine.delivery for mine in claim.claim(9).claims] == ids[::-1]


def test_an_answer_for_one_recipient_holds_nobody(owners, post, states):
    """The negative control of the test above; greylisting wants each to be tried."""
    planned(owners, busy=3)
    post.at_rcpt = {f"owner.{number}@Busy.Example": "451 4.7.1 Greylisted" for number in (1, 2, 3)}
    assert ways() == {"postponed": 3}
    assert not MailDomain.objects.exists()


@pytest.mark.parametrize("moment", ["at_rcpt", "after_dot"])
def test_a_server_that_hangs_up_for_one_domain_takes_the_others(owners, post, states, moment):
    planned(owners, busy=2, quick=2)
    setattr(post, moment, {f"owner.{number}@Busy.Example": "421 4.7.28 Unusual rate" for number in (1, 2)})
    assert ways() == {"held": 2, "sent": 2}
    assert states() == {"planned": 2, "sent": 2}
    assert not Delivery.objects.filter(state="planned", handed_over_at__isnull=False).exists()


def test_what_is_too_old_for_a_held_domain_fails_and_says_why(owners, post, states):
    """Who hears it himself, and who never gets to ask; others of the domain go on waiting."""
    planned(owners, busy=3)
    old = dt.datetime.now(dt.UTC) - claim.LONGEST
    first, second, _third = Delivery.objects.filter(state="planned").order_by("id")
    Delivery.objects.filter(pk=first.pk).update(planned_at=old)
    post.at_rcpt = {f"owner.{number}@Busy.Example": BUSY for number in (1, 2, 3)}
    assert ways() == {"failed": 1, "held": 2}
    Delivery.objects.filter(pk=second.pk).update(planned_at=old)
    hurry()
    assert ways() == {"failed": 1}
    assert states() == {"failed": 2, "planned": 1}
    assert set(Delivery.objects.filter(state="failed").values_list("last_error", "attempts")) == {(BUSY, 0)}
    assert MailDomain.objects.get().held_until is not None


def test_what_is_old_and_waits_for_nobody_goes(owners, post):
    """The negative control of the test above: our own mail server was away for days, say."""
    planned(owners, busy=2)
    Delivery.objects.update(planned_at=dt.datetime.now(dt.UTC) - 2 * claim.LONGEST)
    assert ways() == {"sent": 2}


def test_a_server_too_busy_for_anybody_is_nobodys_fault(owners, post, states):
    planned(owners, busy=2)
    post.at_mail = ["450 4.7.1 Too much from you"] * 3
    assert ways() == {"waiting": 2}
    assert not MailDomain.objects.exists()


def hurry():
    Delivery.objects.filter(state="planned").update(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
