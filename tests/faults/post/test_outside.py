"""What the post room needs from outside goes away, breaks, fills up, or misbehaves: Redis, PostgreSQL, the mail server."""

import threading
import time

import pytest
from kombu.exceptions import OperationalError

from recommendations.models import Delivery
from tests.faults.post.conftest import RECIPIENTS
from tests.faults.post.sink import DOT, RCPT

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.uncounted]

FEW = max(20, RECIPIENTS // 50)
SOME = max(60, RECIPIENTS // 20)
AWAY = 60 if RECIPIENTS > 1000 else 1  # seconds


def in_a_thread(work):
    """An alarm that does not hold up the mail server."""
    return lambda *_said: threading.Thread(target=work, daemon=True).start()


def test_database_restarted_and_crashed(scenario):
    scenario.expect(SOME, lease=2)
    scenario.sink.alarms[RCPT, SOME // 4] = in_a_thread(scenario.house.restart_database)
    scenario.sink.alarms[DOT, SOME // 2] = lambda *_said: scenario.house.crash_database()
    scenario.crew.worker()
    scenario.crew.beat()
    scenario.until()
    assert not scenario.sink.alarms
    scenario.taken("PostgreSQL restarted, and killed").check(
        most_uncertain=3
    )  # two breaks, and what the crash left open


def test_database_crashed_that_does_not_keep_what_it_commits(scenario):
    scenario.expect(FEW, lease=1)
    with scenario.house.careless():
        scenario.sink.alarms[DOT, 10] = lambda *_said: scenario.house.crash_database()
        scenario.crew.poll()
        scenario.until()
        found = scenario.taken("  without the guard: commits kept")
    assert found.duplicated >= 1


def moody(scenario):
    """Give each mood to some, and shut the door once in mid-run; returns who has which."""
    order = scenario.expect(SOME * 2, lease=2)
    share = max(2, len(order) // 40)
    names = ("450", "550", "stall", "body", "keep", "lose", "late")
    moods = {name: order[n * share : (n + 1) * share] for n, name in enumerate(names)}
    moods["stall"], moods["late"] = moods["stall"][:2], moods["late"][:1]
    scenario.sink.moods = {address: [name] for name, addresses in moods.items() for address in addresses}
    return moods


def test_moods_of_the_mail_server(scenario):
    moods = moody(scenario)
    scenario.office.shut()
    scenario.crew.poll()
    scenario.until(Delivery.objects.filter(state="planned").exclude(last_error="").exists)
    scenario.office.open()
    scenario.until()
    figures = scenario.taken("a mail server with moods")
    after_the_dot = {*moods["keep"], *moods["lose"]}
    # All of a body may stand in buffers when the line breaks in the middle of it.
    figures.check(most_uncertain=len(after_the_dot) + len(moods["body"]))
    assert after_the_dot <= figures.listed <= after_the_dot | {*moods["body"]}
    assert figures.failed == len(moods["550"])


def test_moods_and_what_is_uncertain_is_tried_again(scenario):
    order = scenario.expect(FEW)
    scenario.sink.moods = {order[0]: ["keep"]}
    scenario.crew.poll("doubt")
    scenario.until()
    assert scenario.taken("  without the guard: doubt").duplicated == 1


def test_redis_gone_flushed_and_full(scenario):
    """Each time digests are due, the poll sends them; when Redis is back, workers go on by themselves."""
    scenario.expect(FEW)
    house, crew = scenario.house, scenario.crew
    crew.worker()
    crew.beat()
    scenario.until()
    scenario.taken("Redis is there").check()
    house.stop_cache()
    scenario.expect(FEW)
    time.sleep(AWAY)
    assert not scenario.sink.accepted  # the negative control: without a poll, Celery alone sends nothing
    scenario.taken("  without the poll: Redis gone")
    poll = crew.poll()
    scenario.until()
    scenario.taken(f"Redis gone ({AWAY} s)").check()
    crew.dismiss(poll)
    house.servers.start_cache()
    scenario.expect(FEW)
    scenario.until()
    scenario.taken("Redis back").check()
    scenario.expect(FEW)
    scenario.sink.alarms[DOT, FEW // 2] = lambda *_said: house.cache.flushall()
    scenario.until()
    scenario.taken("Redis flushed").check()
    with house.full_cache():
        with pytest.raises(OperationalError, match="maxmemory"):
            house.queue("recommendations.tasks.send_digests", 1)
        scenario.expect(FEW)
        poll = crew.poll()
        scenario.until()
        scenario.taken("Redis full").check()
        crew.dismiss(poll)
    scenario.expect(FEW)
    scenario.until()
    scenario.taken("Redis has room again").check()
