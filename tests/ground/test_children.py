"""Processes that live and die together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from relations import children
from relations.children import Children, stoppable

pytestmark = pytest.mark.slow
SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = (
    sys.executable,
    "-c",
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); time.sleep(60)",
)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def in_group(group):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                found.append(int(folder.name))
    return found


def test_children_end_with_the_block():
    with Children() as children:
        children.start("one", SLEEPS, os.environ)
        children.start("two", SLEEPS, os.environ, kindness=5)
        pids = [child.pid for child in children.running.values()]
        assert [os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, 0) for pid in pids] == [0, 5]
        assert children.ended() == {}
    assert not any(map(alive, pids))


def test_watch_notices_the_one_that_ended():
    with Children() as children:
        children.start("stays", SLEEPS, os.environ)
        children.start("ends", (sys.executable, "-c", "raise SystemExit(7)"), os.environ)
        assert children.watch(lambda: False, 0.01) is False
        assert children.ended() == {"ends": 7}


def test_watch_comes_back_when_it_is_true():
    answers = iter([False, False, True])
    with Children() as children:
        children.start("stays", SLEEPS, os.environ)
        assert children.watch(lambda: next(answers), 0.01) is True


def test_deaf_child_and_its_own_child_are_killed(monkeypatch):
    monkeypatch.setattr("relations.children.PATIENCE", 0.2)
    with Children() as children:
        children.start("deaf", DEAF, os.environ)
        group = children.running["deaf"].pid
        time.sleep(0.5)
        assert len(in_group(group)) == 2
    deadline = time.monotonic() + 5
    while (left := [pid for pid in in_group(group) if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def test_stopping_gives_the_signals_back():
    before = signal.getsignal(signal.SIGINT)
    with Children() as children:
        children.start("one", SLEEPS, os.environ)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_block_quietly(number):
    usual = signal.getsignal(number)
    with stoppable():
        os.kill(os.getpid(), number)
        time.sleep(5)
        pytest.fail("not stopped")
    assert signal.getsignal(number) == usual


def test_children_of_a_killed_parent_are_told():
    script = (
        "import os, time; from relations.children import Children; children = Children();"
        f"children.start('one', {SLEEPS!r}, os.environ); print(children.running['one'].pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def test_a_signal_that_a_finaliser_swallows_is_not_lost(monkeypatch):
    monkeypatch.setattr(children, "AGAIN", 0.1)

    class Finalised:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.01)

    begin = time.monotonic()
    with stoppable():
        Finalised()
        time.sleep(20)
    assert time.monotonic() - begin < 15
