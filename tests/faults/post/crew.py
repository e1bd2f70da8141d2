"""Who works in the house: forked from `hands`, killed, frozen, and called back."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil

from recommendations.management.commands import up
from tests.fuzz.server import ROOT

WORKER = up.WORKER[4:]  # what follows `celery --quiet` there
BEAT = up.BEAT[4:]


class Crew:
    """Processes by order. Whoever is dead is called back by `revive`, as a supervisor would."""

    def __init__(self, house):
        self.house, self.orders, self.leaders = house, {}, set()
        self.log = house.home / "hands.log"
        self._hands = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.post.hands", self.log],
            cwd=ROOT, env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, run, *without, ahead=0):
        """Have somebody work; returns the number of the process."""
        order = json.dumps({"run": run, "without": without, "ahead": ahead})
        self._hands.stdin.write(f"{order}\n")
        self._hands.stdin.flush()
        number = int(self._hands.stdout.readline())
        self.orders[number] = (run, without, ahead)
        self.leaders.add(number)
        return number

    def worker(self, *without, name="one"):
        """A worker as `manage.py up` starts it: a main process, and a child that works."""
        return self.start([*WORKER, "--hostname", f"{name}@%h"], *without)

    def beat(self, name="one"):
        return self.start([*BEAT, str(self.house.home / f"beat-{name}")])

    def poll(self, *without, ahead=0):
        """`send_digests` once and again."""
        return self.start("poll", *without, ahead=ahead)

    def revive(self):
        """Start those again that were killed."""
        for number in [number for number in self.orders if not psutil.pid_exists(number)]:
            run, without, ahead = self.orders.pop(number)
            self.start(run, *without, ahead=ahead)

    def everybody(self):
        """The numbers of all processes of all sessions that were begun here."""
        found = []
        for number in psutil.pids():
            with contextlib.suppress(OSError):
                if os.getsid(number) in self.leaders:
                    found.append(number)
        return found

    def conversing(self, port):
        """The number of the process at the other end of a line."""
        for number in self.everybody():
            with contextlib.suppress(psutil.Error):
                if any(line.laddr.port == port for line in psutil.Process(number).net_connections("tcp4")):
                    return number
        return None

    def kill(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)

    def dismiss(self, number):
        """End somebody for good."""
        del self.orders[number]
        self.kill(number)

    def rounds(self):
        """How many rounds were made by `poll` so far."""
        return self.log.read_text().count("planned: ") if self.log.exists() else 0

    def go_home(self):
        """End everybody: what a scenario started does not work in the next one."""
        deadline = time.monotonic() + 20
        while (left := self.everybody()) and time.monotonic() < deadline:
            for number in left:
                self.kill(number)
            time.sleep(0.02)
        assert not left
        self.orders, self.leaders = {}, set()

    def close(self):
        self.go_home()
        self._hands.stdin.close()
        self._hands.wait(30)
