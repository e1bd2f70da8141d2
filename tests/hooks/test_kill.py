"""Senders die and meet: nothing is lost, and of what comes twice the id is the same; who is slow is waited for alone."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from django.db import connection

from recommendations.actions import comment, webhook
from recommendations.hooks import post, rounds
from recommendations.models import Call, Webhook
from recommendations.models.verification import verify
from tests.factories import NOW
from tests.hooks.test_calls import due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(web, moment):
    command = [sys.executable, "-m", "tests.hooks.sender", connection.settings_dict["NAME"]]
    return subprocess.Popen(
        [*command, str(web.ports()[80]), moment],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
    )


@pytest.fixture
def three(web, item, carol):
    web.page("hook.org/in")
    webhook.register(webhook.Wish("t", "http://hook.org/in"), actor=carol, now=NOW)
    for _ in range(3):
        comment.write(item.reference, "Seen.", actor=carol, now=NOW)


def arrived(web):
    return Counter(headers["webhook-id"] for *_rest, headers in web.requests)


@pytest.mark.uncounted
@pytest.mark.parametrize("moment", ["claimed", "written", "answered", "settled"])
def test_killed_at_any_moment_each_call_arrives(web, three, moment):
    assert start(web, moment).wait(60) == -9
    assert Call.objects.filter(state="sent").count() == (1 if moment == "settled" else 0)
    due()
    assert start(web, "never").wait(60) == 0
    assert set(Call.objects.values_list("state", flat=True)) == {"sent"}
    times = sorted(arrived(web).values())
    assert times == ([1, 1, 2] if moment == "answered" else [1, 1, 1])
    assert set(arrived(web)) == {str(uuid) for uuid in Call.objects.values_list("uuid", flat=True)}
    assert verify().is_whole


@pytest.mark.uncounted
def test_a_lease_keeps_the_webhook_to_a_killed_sender_for_a_minute(web, three):
    assert start(web, "claimed").wait(60) == -9
    assert start(web, "never").wait(60) == 0
    assert Call.objects.filter(state="sent").count() == 0


@pytest.mark.uncounted
def test_many_processes_make_each_call_once_and_one_at_a_time_for_each(web, item, carol):
    spans, lock = defaultdict(list), threading.Lock()

    def busy(host):
        def act(line):
            begun = time.monotonic()
            time.sleep(0.05)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            with lock:
                spans[host].append((begun, time.monotonic()))

        return act

    for host in ("one.org", "two.org", "three.org"):
        web.script(f"{host}/in", busy(host))
        webhook.register(webhook.Wish(host, f"http://{host}/in"), actor=carol, now=NOW)
    for _ in range(6):
        comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    senders = [start(web, "never") for _ in range(3)]
    assert [sender.wait(90) for sender in senders] == [0, 0, 0]
    while Call.objects.exclude(state="sent").exists():  # all three found the last ones in the hands of others
        assert start(web, "never").wait(60) == 0
    assert set(arrived(web).values()) == {1}
    assert len(arrived(web)) == 18
    for visits in spans.values():
        ordered = sorted(visits)
        assert all(later[0] >= earlier[0] + 0.05 for earlier, later in pairwise(ordered))


def test_who_answers_slowly_is_waited_for_by_their_own_calls_only(web, item, carol):
    def slow(line):
        time.sleep(1.5)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    web.script("slow.org/in", slow)
    web.page("quick.org/in")
    for host in ("slow.org", "quick.org"):
        webhook.register(webhook.Wish(host, f"http://{host}/in"), actor=carol, now=NOW)
    for _ in range(5):
        comment.write(item.reference, "Seen.", actor=carol, now=NOW)
    begun = time.monotonic()
    done = rounds.run(post.Caller(resolve=web.resolve, connect=web.connect, seconds=5), longest=1.0, lines=2)
    hosts = Counter(host for _time, host, *_rest in web.requests)
    assert hosts["quick.org"] == 5
    assert hosts["slow.org"] < 5
    assert time.monotonic() - begun < 4
    assert done["sent"] == sum(hosts.values())
    assert Webhook.objects.filter(state="failing").count() == 0
