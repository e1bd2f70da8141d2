"""`manage.py up`, for real: it serves, says what it needs, and leaves nothing behind."""

import contextlib
import dataclasses
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from recommendations.management.commands import up as command
from relations import devservices, programs

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def free_port():
    """A port below those that the system hands out by itself, so that nobody takes it before it is used."""
    while True:
        port = 15_000 + secrets.randbelow(15_000)
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def parent_of(pid):
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()
    except OSError:
        return 0, ""


class Up:
    """One `manage.py up` with a folder and a port of its own."""

    def __init__(self, home):
        self.home, self.port = home, free_port()
        self.log = home.parent / "up.log"
        self.process = None
        self.first = {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments, **environment):
        # The servers of the suite's own environment are not for this one.
        mine = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up", *arguments],
                env={**mine, "RELATIONS_HOME": str(self.home), "PORT": str(self.port), **environment},
                cwd=self.home.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    @property
    def said(self):
        return self.log.read_text()

    def until(self, true, seconds=150.0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answer := true():
                return answer
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError(self.said)

    def ready(self):
        self.until(lambda: "Ready:" in self.said)
        return self

    def family(self):
        """All processes that run because of this one, whoever their parent is now."""
        mark = f"RELATIONS_HOME={self.home}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def children(self, word):
        return [
            pid for pid, command in self.family().items() if f" {word} " in command + " " and pid != self.process.pid
        ]

    def child(self, word):
        """The one that `up` itself started; numbers of processes do not tell, they begin anew some day."""
        ours = [pid for pid in self.children(word) if parent_of(pid) == self.process.pid]
        return ours[0] if ours else None

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(90)

    def nothing_is_left(self):
        at = devservices.addresses(self.home)
        deadline = time.monotonic() + 60
        while (left := self.family()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left == {} and not devservices.answers(at.postgres) and not devservices.answers(at.valkey)

    def clean(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.family():
            os.kill(pid, signal.SIGKILL)
        if self.home.exists():
            devservices.Servers(self.home).stop()
            shutil.rmtree(devservices.addresses(self.home).sockets, ignore_errors=True)
            shutil.rmtree(programs.OUTSIDE / programs.key(self.home), ignore_errors=True)


@pytest.fixture
def up(tmp_path):
    up = Up(tmp_path / "home of up")
    yield up
    up.clean()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder that has been up before, and what its first start gave: making a database takes long."""
    up = Up(tmp_path_factory.mktemp("prepared") / "home of up")
    up.start().ready()
    up.first = dict(visited(up))
    up.first["exit status"], up.first["nothing is left"] = up.end(signal.SIGINT), up.nothing_is_left()
    yield up
    up.clean()


def visited(up):
    """Yield what was asked for, and the answers."""
    up.until(lambda: len(up.children("worker")) >= 1 and len(up.children("beat")) == 1)
    setup = re.search(rf"{re.escape(up.url)}/setup/\S+/", up.said)[0]
    yield "setup", get(setup)
    for path in ("/health/ready", "/health/live", "/account/login/"):
        yield path, get(up.url + path)
    yield "style", get(up.url + re.search(r'href="(/static/[^"]+\.css)"', get(f"{up.url}/account/login/")[1])[1])


def test_first_start_serves_and_stops_without_a_trace(prepared):
    first = dict(prepared.first)
    assert (first.pop("exit status"), first.pop("nothing is left")) == (0, True)
    assert {path: status for path, (status, _page) in first.items()} == dict.fromkeys(first, 200)
    assert json.loads(first["/health/ready"][1])["status"] == "ok"


@pytest.mark.uncounted
def test_demonstration_prints_its_sign_ins_has_a_past_and_can_be_repeated(up):
    for _ in range(2):
        up.start("--demo").ready()
        assert "@demo.example" in up.said
        assert "Demonstration" in get(f"{up.url}/recommendations/")[1]
        assert "The register begins on" not in get(f"{up.url}/")[1]
        assert up.end() == 0
    assert up.nothing_is_left()


@pytest.mark.uncounted
def test_administrator_comes_from_the_environment_once(prepared):
    who = {"RELATIONS_ADMIN_EMAIL": "erin@example.org", "RELATIONS_ADMIN_PASSWORD": "a long and unusual one"}
    prepared.start(**who).ready()
    assert "The administrator erin@example.org can sign in now." in prepared.said
    assert who["RELATIONS_ADMIN_PASSWORD"] not in prepared.said
    assert prepared.end() == 0
    prepared.start(**who).ready()
    assert "administrator" not in prepared.said
    assert prepared.end(signal.SIGHUP) == 0
    assert prepared.nothing_is_left()


@pytest.mark.parametrize("word", [pytest.param("worker", marks=pytest.mark.uncounted), "beat"])
def test_one_child_dying_stops_all(prepared, word):
    prepared.start().ready()
    os.kill(prepared.until(lambda: prepared.child(word)), signal.SIGKILL)
    assert prepared.process.wait(90) == 1
    assert "ended by itself" in prepared.said.lower()
    assert prepared.nothing_is_left()


def test_child_dying_while_starting_stops_all(prepared):
    prepared.start()
    os.kill(prepared.until(lambda: prepared.child("relations.wsgi")), signal.SIGKILL)
    assert prepared.process.wait(120) == 1
    assert "Ready:" not in prepared.said
    assert prepared.nothing_is_left()


@pytest.mark.uncounted
@pytest.mark.parametrize("delay", [0.1, 1.4, 2.6])
def test_stopping_while_starting_leaves_nothing(prepared, delay):
    prepared.start()
    time.sleep(delay)
    prepared.end()
    assert prepared.nothing_is_left()


def programs_of_ours(up):
    return [command for command in up.family().values() if "/postgres " not in command]


@pytest.mark.uncounted
def test_killed_without_warning_takes_its_children_along(prepared):
    prepared.start().ready()
    prepared.until(lambda: prepared.children("beat") and prepared.children("worker"))
    prepared.process.kill()
    prepared.process.wait()
    deadline = time.monotonic() + 30
    while (left := programs_of_ours(prepared)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []
    prepared.start().ready()  # the servers were left to the next one
    prepared.end()
    assert prepared.nothing_is_left()


def test_nobody_there_is_no_answer(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    settings.ENV = dataclasses.replace(settings.ENV, port=free)
    assert command.answers() is False


def test_taken_port_is_told(prepared):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", prepared.port))
        taken.listen()
        assert prepared.start().process.wait(120) == 1
    assert f"Port {prepared.port} of 127.0.0.1 cannot be used" in prepared.said
    assert f"PORT={prepared.port + 1}" in prepared.said
    assert "Traceback" not in prepared.said
    assert prepared.nothing_is_left()


def test_wrong_environment_starts_nothing(up):
    assert up.start(DEBUG="perhaps").process.wait(120) == 1
    assert up.said == "DEBUG is 'perhaps': say one of 0, 1, false, no, off, on, true, yes.\n"
    assert not up.home.exists()
