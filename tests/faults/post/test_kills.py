"""kill -9 of workers in mid-run, mains and children: nothing lost in silence, nothing twice."""

import os
import threading

import psutil
import pytest

from tests.faults.post.conftest import RECIPIENTS
from tests.faults.post.sink import DOT, RCPT

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.uncounted]

KILLS = int(os.environ.get("KILLS", "3"))
FEW = 20


def plan_kills(scenario):
    """Spread the kills over the run: whoever converses at the n-th message, before its body or after its dot, or whoever
    it hits a moment later; the child, or the main process, whose child goes on alone. Returns those done so far."""
    crew, dice, done = scenario.crew, scenario.dice, []

    def plan(moment, turn, whom, wait):
        def kill(port):
            number = crew.conversing(port)
            if number is None:  # it was just killed: whoever comes next
                plan(moment, scenario.sink.times[moment] + 1, whom, wait)
                return
            if whom == "main" and (main := psutil.Process(number).ppid()) in crew.leaders:
                number = main
            crew.kill(number)
            done.append(number)

        def alarm(_address, port):
            if wait:
                threading.Timer(wait, kill, [port]).start()
            else:
                kill(port)

        scenario.sink.alarms[moment, turn] = alarm

    turns = sorted(dice.sample(range(RECIPIENTS // 20, RECIPIENTS * 9 // 10), KILLS))
    for n, turn in enumerate(turns):
        wait = dice.choice((0, 0, dice.uniform(0, 0.02)))
        plan(dice.choice((RCPT, DOT)), turn, "main" if n % 3 == 1 else "child", wait)
    return done


def test_kills(scenario):
    scenario.expect(RECIPIENTS)
    done = plan_kills(scenario)
    for name in ("one", "two"):
        scenario.crew.worker(name=name)
    scenario.crew.beat()
    scenario.until()
    assert len(done) == KILLS
    scenario.taken(f"{KILLS} kills of workers").check(most_uncertain=KILLS)


def killed_once(scenario, moment, without):
    """One sender by hand, killed once in mid-run, and called back."""
    scenario.expect(FEW, lease=1)
    scenario.sink.alarms[moment, 5] = lambda _address, port: scenario.crew.kill(scenario.crew.conversing(port))
    scenario.crew.poll(without)
    scenario.until()
    return scenario.taken(f"  without the guard: {without}")


def test_send_then_mark_doubles(scenario):
    assert killed_once(scenario, DOT, "fence").duplicated >= 1


def test_mark_then_send_loses(scenario):
    assert killed_once(scenario, RCPT, "order").lost >= 1
