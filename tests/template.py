"""The database that test databases are copied from: migrations run once for all processes, and for runs that come later."""

import contextlib
import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

MIGRATIONS = Path(__file__).resolve().parents[1] / "recommendations" / "migrations"
BEGINNING = "migrated_"
NUMBER = 20261124  # of the lock that makers of templates hold
OTHERS = ("django", "django-allauth", "psycopg")  # whose migrations, or whose way to write them down, it also holds


def name() -> str:
    """Name the template of these very migrations."""
    content = hashlib.sha256(repr([*settings.INSTALLED_APPS, *map(version, OTHERS)]).encode())
    for path in sorted(MIGRATIONS.glob("*.py")):
        content.update(path.name.encode() + path.read_bytes())
    return BEGINNING + content.hexdigest()[:16]


def is_wanted() -> bool:
    return os.environ.get("TEMPLATE") != "no"


def make() -> str:
    """Make the template unless it is there; those of other migrations go. Returns its name."""
    wanted = name()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [BEGINNING])
        found = {row[0] for row in cursor.fetchall()}
        if wanted not in found:
            _migrate(unfinished := f"{BEGINNING}unfinished")
            cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {wanted}")
            for old in found - {unfinished}:
                with contextlib.suppress(OperationalError):  # somebody copies it
                    cursor.execute(f"DROP DATABASE {old}")
    return wanted


def _migrate(place: str) -> None:
    usual, meant = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = place
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        connection.settings_dict["TEST"]["NAME"] = meant
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = usual
