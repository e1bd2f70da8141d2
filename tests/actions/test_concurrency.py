"""Many at once: exactly one wins, nothing acknowledged is lost, and history stays whole."""

import datetime as dt
import threading

import pytest
from django.db import connection

from recommendations.actions import followup, indicator, milestone
from recommendations.models import Assessment, Event
from recommendations.models.verification import verify
from recommendations.rules.errors import Stale, Unlawful
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


def test_of_many_who_finish_or_cancel_a_milestone_one_does(item, carol):
    made = milestone.plan("T-900", milestone.Plan("A draft"), actor=carol, now=NOW)

    def close(number):
        try:
            if number % 2:
                return milestone.finish(made.uuid, TODAY, actor=carol, now=NOW)
            return milestone.cancel(made.uuid, "No need.", actor=carol, now=NOW)
        except Unlawful:
            return None

    assert len([done for done in at_once(6, close) if done]) == 1
    made.refresh_from_db()
    assert (made.version, made.done_on is None) == (2, made.cancelled_at is not None)
    assert Event.objects.count() == 2


def test_of_many_who_take_a_status_update_back_one_does(item, carol):
    made = assess(carol, None)

    def take_back(_number):
        try:
            return followup.retract(made.uuid, "Wrong.", actor=carol, now=NOW)
        except Unlawful:
            return None

    assert len([done for done in at_once(6, take_back) if done]) == 1
    item.refresh_from_db()
    assert (item.version, item.reported) == (3, None)
    assert verify().is_whole


def test_values_and_status_updates_at_once_lose_nothing(item, carol):
    indicator.define("fairs", indicator.Definition("Fairs", ("T-900",)), actor=carol, now=NOW)

    def act(number):
        if number % 2:
            return assess(carol, None)
        day = TODAY - dt.timedelta(days=number)
        return indicator.observe("fairs", indicator.Reading(day, day, 1), actor=carol, now=NOW)

    assert all(at_once(8, act))
    item.refresh_from_db()
    assert (item.version, item.heard_at, Assessment.objects.count()) == (5, NOW, 4)
