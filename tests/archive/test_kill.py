"""Workers die and meet: nothing is lost, nothing is written twice, and no host is asked by two at once."""

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections import defaultdict

import pytest
from django.db import connection

from recommendations.archive import claim
from recommendations.models import Capture, Evidence, Turn, Watch
from recommendations.models.verification import verify
from tests.factories import EvidenceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(web, media, moment):
    command = [sys.executable, "-m", "tests.archive.checker", connection.settings_dict["NAME"]]
    return subprocess.Popen(
        [*command, str(web.ports()[80]), str(media), moment],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
    )


def wait(checker):
    return checker.wait(90)


def expire():
    """Let leases and turns run out."""
    past = claim.clock() - dt.timedelta(seconds=1)
    Watch.objects.filter(lease_until__isnull=False).update(lease_until=past)
    Turn.objects.update(free_at=past)


@pytest.fixture
def links(item, web):
    for number in range(3):
        web.page(f"host{number}.org/a")
        EvidenceFactory(recommendation=item, url=f"http://host{number}.org/a")
    return list(Evidence.objects.order_by("pk"))


@pytest.mark.uncounted
@pytest.mark.parametrize("moment", ["claimed", "fetched", "kept", "recorded", "left"])
def test_killed_at_any_moment_each_link_is_recorded_once(web, links, media, moment):
    assert wait(start(web, media, moment)) == -9
    recorded = {"recorded": 1}.get(moment, 0)
    assert Capture.objects.count() == recorded
    if moment != "left":
        assert Watch.objects.filter(lease_until__isnull=False).count() == 1 - recorded
    expire()
    assert wait(start(web, media, "never")) == 0
    assert {piece.captures.count() for piece in links} == {1}
    assert not Watch.objects.filter(lease_until__isnull=False).exists()
    assert len(web.requests) in {3, 4}  # at most one was read again
    assert verify().is_whole


def test_a_lease_keeps_others_away_until_it_runs_out(web, links, media):
    assert wait(start(web, media, "claimed")) == -9
    assert wait(start(web, media, "never")) == 0
    assert Capture.objects.count() == 2


def test_a_worker_that_wakes_up_too_late_writes_nothing(web, links):
    from recommendations.archive import rounds

    claim.watch_all(claim.clock())
    mine = claim.claim()
    expire()
    theirs = claim.claim(mine.evidence)
    assert rounds._read(mine, web.fetcher(), rounds.Round()) is None
    assert not Capture.objects.exists()
    assert rounds._read(theirs, web.fetcher(), rounds.Round()).state == "ok"
    assert Capture.objects.count() == 1


@pytest.mark.uncounted
def test_two_workers_never_ask_one_host_at_once(web, item, media):
    times, lock = defaultdict(list), threading.Lock()

    def slow(host):
        def act(line):
            begun = time.monotonic()
            time.sleep(0.2)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nText")
            with lock:
                times[host].append((begun, time.monotonic()))

        return act

    for host in ("one.org", "two.org"):
        for number in range(2):
            web.script(f"{host}/{number}", slow(host))
            EvidenceFactory(recommendation=item, url=f"http://{host}/{number}")
    workers = [start(web, media, "never") for _ in range(3)]
    assert [wait(worker) for worker in workers] == [0, 0, 0]
    assert Capture.objects.count() == 4
    for visits in times.values():
        (_, first_end), (second_start, _) = sorted(visits)
        assert second_start - first_end > 9.5


def test_many_who_claim_at_once_get_a_host_each(item):
    for number in range(12):
        EvidenceFactory(recommendation=item, url=f"http://host{number % 3}.org/{number}")
    claim.watch_all(claim.clock())
    got, barrier = [], threading.Barrier(8)

    def take():
        barrier.wait()
        try:
            got.append(claim.claim())
        finally:
            connection.close()

    for _ in range(3):
        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    hosts = [mine.host for mine in got if mine]
    assert sorted(hosts) == ["host0.org", "host1.org", "host2.org"]


def test_two_who_meet_on_the_way_to_a_host():
    assert claim.take("busy.org")
    assert not claim.take("busy.org")
    claim.leave({"busy.org"})
    assert not claim.take("busy.org")
    Turn.objects.update(free_at=claim.clock())
    assert claim.take("busy.org")


def test_nothing_is_fetched_in_a_transaction(item):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError):
        claim.claim()
