"""The embedded servers, for real: in folders of their own, with processes that are started, ended and killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from relations import devservices, programs

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from relations import devservices
devservices.ensure(Path(sys.argv[1]), database=True, cache=True)
print("up", flush=True)
sys.stdin.read()
"""
pytestmark = pytest.mark.slow


def eventually(true, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not (answer := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


class Holders:
    """Processes that hold the servers of one folder."""

    def __init__(self, home):
        self.home, self.at, self.started = home, devservices.addresses(home), []

    def start(self, *, wait=True):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self.home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(holder)
        if wait:
            assert holder.stdout.readline() == "up\n", holder.stderr.read()
        return holder

    @property
    def are_up(self):
        return devservices.answers(self.at.postgres) and devservices.answers(self.at.valkey, b"PING\r\n", b"+PONG")

    @property
    def are_down(self):
        return not devservices.answers(self.at.postgres) and not devservices.answers(self.at.valkey)

    def query(self, sql):
        with psycopg.connect(host=str(self.at.sockets), user="relations", dbname="relations") as connection:
            cursor = connection.execute(sql)
            return cursor.fetchone() if cursor.description else None

    def clean(self):
        for holder in self.started:
            if holder.poll() is None:
                holder.stdin.close()
                holder.wait(30)
            holder.stdout.close()
            holder.stderr.close()
        devservices.Servers(self.home).stop()  # what a killed holder left
        shutil.rmtree(self.at.sockets)
        outside = programs.OUTSIDE / programs.key(self.home)
        shutil.rmtree(outside, ignore_errors=True)


@pytest.fixture
def holders(tmp_path):
    holders = Holders(tmp_path / "a home with spaces")
    yield holders
    holders.clean()


def test_servers_start_in_a_folder_with_spaces_and_stop_with_the_last_holder(holders):
    first = holders.start()
    assert holders.are_up
    assert holders.query("SHOW listen_addresses") == ("",)
    assert int(holders.query("SHOW server_version_num")[0]) >= 150_000
    second = holders.start()
    first.stdin.close()
    assert first.wait(30) == 0
    assert holders.are_up
    second.stdin.close()
    assert second.wait(30) == 0
    assert holders.are_down


def test_two_that_start_at_once_share_the_servers(holders):
    both = [holders.start(wait=False) for _ in range(2)]
    assert [holder.stdout.readline() for holder in both] == ["up\n", "up\n"]
    assert holders.are_up


def test_data_outlives_the_servers(holders):
    holder = holders.start()
    holders.query("CREATE TABLE kept AS SELECT 42 AS answer")
    holder.stdin.close()
    holder.wait(30)
    holders.start()
    assert holders.query("SELECT answer FROM kept") == (42,)


def test_killed_holder_does_not_keep_the_next_from_stopping(holders):
    first, second = holders.start(), holders.start()
    first.kill()
    first.wait(30)
    second.stdin.close()
    second.wait(30)
    assert holders.are_down


def test_next_holder_takes_over_from_one_killed_alone(holders):
    only = holders.start()
    only.kill()
    only.wait(30)
    assert holders.are_up
    after = holders.start()
    after.stdin.close()
    after.wait(30)
    assert holders.are_down


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_stops_the_servers_too(holders, number):
    holder = holders.start()
    holder.send_signal(number)
    assert holder.wait(30) != 0
    assert holders.are_down


@pytest.mark.uncounted
@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6, 0.9, 1.2])
def test_signal_while_starting_leaves_nothing(holders, delay):
    holder = holders.start(wait=False)
    time.sleep(delay)
    holder.terminate()
    holder.wait(30)
    assert holders.are_down


def test_crashed_database_is_started_again(holders):
    holder = holders.start()
    folder = holders.home / "postgres"
    folder = folder.readlink() if folder.is_symlink() else folder
    os.kill(int((folder / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    holder.kill()
    holder.wait(30)
    assert eventually(lambda: not devservices.answers(holders.at.postgres))
    holders.start()
    assert holders.are_up


def test_unfinished_database_is_made_anew(holders):
    holders.home.mkdir()
    (holders.home / "postgres.unfinished").mkdir()
    (holders.home / "postgres.unfinished/PG_VERSION").write_text("18")
    holders.start()
    assert holders.are_up


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_steps_down_and_leaves_the_folders_above_as_they_are(holders):
    above = [(path, path.stat().st_mode, path.stat().st_uid) for path in holders.home.parents]
    holders.start()
    server = int(holders.query("SELECT pg_backend_pid()")[0]), holders.at.postgres.stat().st_uid
    assert server[1] == devservices.Servers(holders.home).account.pw_uid != 0
    assert holders.at.sockets.stat().st_mode & 0o777 == 0o700
    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in holders.home.parents] == above


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders are out of reach")
def test_data_of_a_private_folder_is_behind_a_link(holders):
    holders.home.parent.chmod(0o700)
    holders.start()
    assert (holders.home / "postgres").readlink().is_relative_to(programs.OUTSIDE)
    assert holders.are_up


def test_socket_folder_of_somebody_else_is_refused(holders):
    holders.start().kill()
    holders.at.sockets.chmod(0o755)
    with pytest.raises(programs.Unavailable, match="open to others"):
        devservices.Servers(holders.home)
    holders.at.sockets.chmod(0o700)


@pytest.fixture
def servers(tmp_path):
    servers = devservices.Servers(tmp_path / "home")
    yield servers
    servers.stop()
    shutil.rmtree(servers.at.sockets)
    shutil.rmtree(programs.OUTSIDE / programs.key(servers.home), ignore_errors=True)


@pytest.mark.parametrize(("database", "cache"), [(True, False), (False, True)])
def test_only_what_is_wanted_is_started(servers, database, cache):
    servers.acquire(database=database, cache=cache)
    assert (devservices.answers(servers.at.postgres), devservices.answers(servers.at.valkey)) == (database, cache)
    servers.release(os.getpid() + 1)  # as in a forked child
    assert devservices.answers(servers.at.postgres) or devservices.answers(servers.at.valkey)
    servers.release(os.getpid())
    servers.release(os.getpid())
    assert not devservices.answers(servers.at.postgres)
    assert not devservices.answers(servers.at.valkey)


@pytest.fixture
def faulty(monkeypatch):
    """Makes programs of shell scripts, where the servers' account can reach them."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    monkeypatch.setattr(devservices.Programs, "postgres", lambda _self: folder)
    monkeypatch.setattr(devservices.Programs, "valkey", lambda _self: folder / "valkey-server")
    monkeypatch.setattr(devservices.time, "sleep", lambda _seconds: None)

    def make(name, script):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    yield make
    shutil.rmtree(folder)


def test_failing_initdb_is_told_and_leaves_no_database(servers, faulty):
    faulty("initdb", "echo no room >&2; exit 1")
    with pytest.raises(programs.Unavailable, match=r"initdb failed in .*: no room"):
        servers.start_database()
    assert not (servers.home / "postgres").exists()


def test_database_that_does_not_start_is_told_with_its_log(servers, faulty):
    faulty("initdb", "exit 0")
    faulty("pg_ctl", 'echo "disk is full" >> "$7"; echo "could not start"; exit 1')
    with pytest.raises(programs.Unavailable, match="could not start") as refused:
        servers.start_database()
    assert "disk is full" in str(refused.value)


def test_cache_that_does_not_start_is_told(servers, faulty):
    faulty("valkey-server", "echo no memory; exit 1")
    with pytest.raises(programs.Unavailable, match="Valkey did not start: no memory"):
        servers.start_cache()


def test_signals_are_left_alone_outside_of_the_main_thread():
    before = [signal.getsignal(number) for number in devservices.ENDINGS]
    during = []

    def work():
        devservices._end_by_exit()
        with devservices._undisturbed():
            during.extend(signal.getsignal(number) for number in devservices.ENDINGS)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert during == before


def test_only_the_systems_own_answer_to_a_signal_is_replaced():
    usual = {number: signal.getsignal(number) for number in devservices.ENDINGS}
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        devservices._end_by_exit()
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) == devservices._leave
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def test_socket_paths_are_short(tmp_path):
    assert len(str(devservices.addresses(tmp_path / ("deep/" * 40)).postgres)) < 107


def test_nothing_wanted_starts_nothing(tmp_path):
    devservices.ensure(tmp_path / "home", database=False, cache=False)
    assert not (tmp_path / "home").exists()
