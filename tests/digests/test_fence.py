"""Whoever dies, freezes, comes second or unsubscribes meanwhile: each digest is sent once, or is known to be uncertain."""

import datetime as dt
import threading
from collections import Counter

import pytest
from django.db import connection

from recommendations.actions import subscription as subscriptions
from recommendations.digests import claim, deliver, outcome, plan, reconcile, transport
from recommendations.models import Person
from tests.digests.delivering import expire, only, planned, ways

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime.now(dt.UTC)


def withdraw(subscription, how):
    if how == "ended":
        subscriptions.unsubscribe(subscription.uuid, now=NOW)
    elif how == "paused":
        subscriptions.pause(subscription.uuid, actor=subscription.person, now=NOW)
    else:
        Person.objects.filter(pk=subscription.person_id).update(is_active=False)


def test_a_worker_that_died_before_the_fence_is_followed_up_and_nothing_is_lost(owners, post):
    planned(owners)
    claim.claim(9)
    assert ways() == {}
    expire()
    assert ways() == {"sent": 1}
    assert only().attempts == 1
    assert len(post.letters) == 1


def test_a_worker_that_died_after_the_fence_leaves_an_uncertain_digest(owners, post):
    planned(owners)
    (mine,) = claim.claim(9).claims
    assert outcome.fence(mine)
    expire()
    assert ways() == {}
    assert reconcile.uncertain().get().pk == mine.delivery
    assert post.letters == []


def test_a_worker_that_freezes_past_its_lease_is_fenced_off(owners, post):
    """It wakes with the body sent and the dot not yet: somebody else has sent the digest meanwhile."""
    planned(owners)
    frozen = claim.claim(9)
    expire()
    assert ways() == {"sent": 1}
    counted = Counter()
    deliver._send(frozen.claims, line := transport.Smtp(), counted)
    line.close()
    assert counted["lost"] == 1
    assert len(post.letters) == 1


def test_without_the_fence_the_frozen_worker_would_send_twice(owners, post, monkeypatch):
    """The negative control of the test above."""
    planned(owners)
    frozen = claim.claim(9)
    expire()
    ways()
    monkeypatch.setattr(outcome, "fence", lambda _mine: True)
    deliver._send(frozen.claims, line := transport.Smtp(), Counter())
    line.close()
    assert len(post.letters) == 2


def test_a_row_that_keeps_killing_its_worker_is_given_up(owners, post):
    planned(owners)
    claim.claim(9)
    for _ in range(claim.MOST_STRANDED - 1):
        expire()
        assert claim.reclaim().claims
    expire()
    assert claim.reclaim().ended == {"failed": 1}
    row = only()
    assert row.last_error.startswith(f"given up after {claim.MOST_STRANDED} senders")
    assert (row.token, row.lease_until) == (None, None)


def test_late_rows_are_taken_one_at_a_time(owners, post):
    planned(owners, 3)
    claim.claim(9)
    expire()
    assert [len(claim.reclaim().claims) for _ in range(4)] == [1, 1, 1, 0]


@pytest.mark.parametrize("how", ["ended", "paused", "inactive"])
def test_who_unsubscribed_between_plan_and_claim_gets_nothing(owners, post, how, states):
    subscription, _other = planned(owners, 2)
    withdraw(subscription, how)
    assert ways() == {"suppressed": 1, "sent": 1}
    assert states() == {"suppressed": 1, "sent": 1}
    assert [recipient for recipient, _ in post.letters] == ["owner.2@example.org"]


@pytest.mark.parametrize("how", ["ended", "paused", "inactive"])
def test_who_unsubscribes_before_the_last_dot_gets_nothing(owners, post, how, states, monkeypatch):
    (subscription,) = planned(owners)
    begin = transport.Smtp.begin

    def late(self, envelope):
        begin(self, envelope)
        withdraw(subscription, how)

    monkeypatch.setattr(transport.Smtp, "begin", late)
    assert ways() == {"suppressed": 1}
    assert (states(), post.letters) == ({"suppressed": 1}, [])


def test_two_senders_at_once_send_each_digest_once(owners, post, states):
    owners(12)
    start = threading.Barrier(2)
    counted = []

    def beat():
        start.wait()
        plan.plan()
        counted.append(deliver.deliver())
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()
    assert states() == {"sent": 12}
    assert len(post.letters) == 12 == len({recipient for recipient, _ in post.letters})
    assert sum(ways["sent"] for ways in counted) == 12


@pytest.fixture
def commits():
    """How each commit of a delivery was made, by its state: whether it waited for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SET synchronous_commit = on;
            CREATE TABLE how_committed (state text, value text);
            CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO how_committed VALUES (new.state, current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER note_commit AFTER UPDATE ON recommendations_delivery
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_commit()""")

        def found():
            cursor.execute("SELECT DISTINCT state, value FROM how_committed")
            return dict(cursor.fetchall())

        yield found
        cursor.execute("DROP TRIGGER note_commit ON recommendations_delivery")
        cursor.execute("DROP FUNCTION note_commit; DROP TABLE how_committed; RESET synchronous_commit")


def test_the_fence_waits_for_the_disk_and_what_was_sent_does_not(owners, post, commits):
    planned(owners, 2)
    assert ways() == {"sent": 2}
    found = commits()
    assert (found["handed_over"], found["sending"], found["sent"]) == ("on", "on", "off")
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
