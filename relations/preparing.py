"""What `manage.py up` does before it serves: only what has not been done already, since a second start has to be quick."""

import hashlib
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LAST_PORT = 65535


def refuse_taken_port(host: str, port: int) -> None:
    """Say so before anything is started."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({problem.strerror}): stop the program that uses it, "
                f"or choose another port, like PORT={port % LAST_PORT + 1}."
            ) from None


def migrate() -> None:
    """Bring the tables to this version, if they are not there yet."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def collect_static() -> bool:
    """Gather the static files when one of them has changed since the last time; tells whether that was so."""
    found = [(path, Path(at.path(path)).stat().st_mtime_ns) for finder in get_finders() for path, at in finder.list([])]
    digest = hashlib.sha256(repr(sorted(found)).encode()).hexdigest()
    mark = settings.STATIC_ROOT / ".collected"
    if mark.exists() and mark.read_text() == digest:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(digest)
    return True
