"""Many at once: exactly one wins, nothing acknowledged is lost, and history stays whole."""

import threading

import pytest
from django.db import connection

from recommendations.actions import followup
from recommendations.models import Assessment, Event
from recommendations.models.verification import verify
from recommendations.rules.errors import Stale
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, work):
    outcomes, start = [], threading.Barrier(count)

    def run(number):
        start.wait()
        try:
            outcomes.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def assess(actor, seen, value="in_preparation"):
    statement = followup.Statement(as_of=TODAY)
    try:
        return followup.assess("T-900", value, kind="self", statement=statement, actor=actor, now=NOW, seen=seen)
    except Stale:
        return None


def test_of_many_writers_who_saw_the_same_version_one_wins(item, carol):
    outcomes = at_once(8, lambda _n: assess(carol, 1))
    won = [made for made in outcomes if made]
    assert len(won) == 1
    assert list(Assessment.objects.all()) == won
    item.refresh_from_db()
    assert item.version == 2


def test_of_many_writers_who_claim_no_version_all_are_kept(item, carol):
    outcomes = at_once(8, lambda _n: assess(carol, None))
    assert all(outcomes)
    assert Assessment.objects.count() == Event.objects.count() == 8
    assert list(Event.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 9))
    assert verify().is_whole
    item.refresh_from_db()
    assert item.version == 9
    assert item.reported == Assessment.objects.latest_first().first()
