"""Senders that freeze, meet, go by a wrong clock, or die of one letter; readers who change their mind in mid-run."""

import os
import signal

import psutil
import pytest
from django.db import connection
from django.test import Client

from recommendations.digests import links
from recommendations.models import Delivery, Subscription
from tests.faults.post.conftest import RECIPIENTS
from tests.faults.post.sink import DOT, RCPT

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.uncounted]

FEW = max(20, RECIPIENTS // 50)
SOME = max(40, RECIPIENTS // 20)
DAY = 86_400


def frozen(scenario, *without):
    """Freeze a sender before the body of one message, until others have taken over and sent all; then let it go on."""
    scenario.expect(FEW, lease=1)
    held = []

    def freeze(_address, port):
        held.append(scenario.crew.conversing(port))
        os.kill(held[0], signal.SIGSTOP)

    scenario.sink.alarms[RCPT, 4] = freeze
    scenario.crew.poll(*without)
    scenario.until(lambda: held)
    scenario.crew.poll(*without)
    scenario.until()
    os.kill(held[0], signal.SIGCONT)
    scenario.until(lambda: not psutil.Process(held[0]).net_connections("tcp4"))  # it has nothing in hand any more
    scenario.until()


def test_frozen_past_its_lease(scenario):
    frozen(scenario)
    scenario.taken("a sender frozen past its lease").check()


def test_frozen_and_not_asked_whose_row_it_is(scenario):
    frozen(scenario, "token")
    assert scenario.taken("  without the guard: token").duplicated >= 1


def test_two_beats_and_a_hundred_tasks(scenario):
    scenario.expect(SOME)
    scenario.house.queue("recommendations.tasks.send_digests", 100)
    for name in ("one", "two"):
        scenario.crew.beat(name)
        scenario.crew.worker("hurry", name=name)
    scenario.until()
    scenario.until(lambda: not scenario.house.queued())
    scenario.taken("two beats, a task queued 100 times").check()


def test_two_who_plan_without_the_row_that_is_there_once(scenario):
    scenario.expect(FEW)
    unique = "ALTER TABLE recommendations_delivery {} CONSTRAINT delivery_once_per_period {}"
    with connection.cursor() as cursor:
        cursor.execute(unique.format("DROP", ""))
    try:
        for _each in range(2):
            scenario.crew.poll("conflict", "hurry")
        scenario.until()
        scenario.crew.go_home()
        found = scenario.taken("  without the guard: conflict")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE recommendations_delivery CASCADE")
            cursor.execute(unique.format("ADD", "UNIQUE (subscription_id, period_start)"))
    assert found.duplicated >= 1


def wrong_clocks(scenario, *without):
    """Two senders whose machines are days behind and ahead, for some rounds."""
    before = scenario.crew.rounds()
    scenario.expect(FEW)
    for ahead in (-2 * DAY, 2 * DAY):
        scenario.crew.poll(*without, ahead=ahead)
    scenario.until(lambda: scenario.crew.rounds() >= before + 6)


def test_wrong_clocks(scenario):
    wrong_clocks(scenario)
    scenario.until()
    figures = scenario.taken("clocks two days behind and ahead")
    figures.check()
    assert figures.planned == FEW


def test_wrong_clocks_and_each_goes_by_its_own(scenario):
    wrong_clocks(scenario, "one_clock")
    assert scenario.taken("  without the guard: one clock").lost == len(scenario.expected)


def end(address):
    """Press the button of a mail program: the answer is what the reader relies on."""
    found = Subscription.objects.get(person__email=address)
    answer = Client().post(f"/digests/unsubscribe/{links.sign(found)}/")
    connection.close()
    assert answer.status_code == 200


def unsubscribing(scenario, *without):
    """Some end their digest in mid-run: while it is being said to whom the message goes, or long before. Returns who."""
    order = scenario.expect(SOME)
    leaving, waiting = set(order[:5]), order[5:8]

    def leave(moment, address, _port):
        if moment == RCPT and address in leaving:
            end(address)
        if moment == DOT and waiting and address not in waiting:
            end(waiting.pop())

    gone = leaving | set(waiting)
    scenario.sink.whenever = leave
    scenario.crew.poll(*without)
    scenario.until()
    return leaving, gone


def test_unsubscribed_in_mid_run(scenario):
    leaving, gone = unsubscribing(scenario)
    figures = scenario.taken("readers who unsubscribe in mid-run")
    figures.check()
    assert not leaving & scenario.sink.received().keys()
    for row in Delivery.objects.filter(subscription__person__email__in=gone).select_related("subscription"):
        assert row.state == "suppressed" or row.handed_over_at < row.subscription.ended_at, str(row)


def test_unsubscribed_and_not_asked_at_the_fence(scenario):
    leaving, _gone = unsubscribing(scenario, "consent")
    scenario.taken("  without the guard: consent")
    assert leaving & scenario.sink.received().keys()


def poisoned(scenario, *without):
    """One letter kills whoever sends it, each time."""
    scenario.expect(FEW, lease=0.5)
    poison = min(scenario.expected)

    def die(moment, address, port):
        if moment == RCPT and address == poison:
            scenario.crew.kill(scenario.crew.conversing(port))

    scenario.sink.whenever = die
    scenario.crew.poll(*without)
    scenario.until()
    return poison


def test_poison_fails_alone(scenario):
    poison = poisoned(scenario)
    figures = scenario.taken("a letter that its sender dies of")
    figures.check()
    assert figures.failed == 1
    assert Delivery.objects.get(state="failed").subscription.person.email == poison


def test_poison_taken_with_others(scenario):
    poisoned(scenario, "solitude")
    assert scenario.taken("  without the guard: solitude").failed > 1


def test_what_cannot_be_written_fails_alone(scenario):
    with scenario.house.misaddressed():
        scenario.expect(FEW)
        scenario.crew.poll()
        scenario.until()
        figures = scenario.taken("an address that is none")
    figures.check()
    assert figures.failed == 1
