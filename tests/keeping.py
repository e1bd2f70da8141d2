"""Rows that take long to make, for tests that commit: made once by each process, and put back for each test that asks.

The rows stand as copies in a schema of their own, which emptying the tables of the register leaves alone. They are put back
without triggers, since what the triggers wrote is among them.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

PLACE = "kept"
MADE_ANEW = ("django_content_type", "auth_permission", "django_migrations", "django_site")  # when tables are emptied
TABLES = """
    SELECT format('%%I.%%I', n.nspname, c.relname), format('{place}.%%I', n.nspname || '.' || c.relname),
           string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE n.nspname IN ('public', 'history') AND c.relkind = 'r' AND NOT c.relname = ANY(%s)
    GROUP BY n.nspname, c.relname
"""
NUMBERS = """
    SELECT format('SELECT setval(%%L, %%s)', format('%%I.%%I', schemaname, sequencename), last_value)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


class Kept:
    """What one maker has made: `give` makes it, or puts back what was made."""

    def __init__(self, maker: Callable[[], None]):
        self.maker, self.statements = maker, []

    def give(self) -> None:
        cache.clear()
        if self.statements:
            self._put_back()
        else:
            self.maker()
            self._keep()

    def _keep(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {PLACE} CASCADE; CREATE SCHEMA {PLACE}")
            cursor.execute(TABLES.format(place=PLACE), [[*MADE_ANEW]])
            tables = cursor.fetchall()
            for table, copy, columns in tables:
                cursor.execute(f"CREATE UNLOGGED TABLE {copy} AS SELECT {columns} FROM {table}")
            cursor.execute(NUMBERS.replace("%%", "%"))
            numbers = [row[0] for row in cursor.fetchall()]
        self.statements = [
            "SET LOCAL session_replication_role = replica",
            f"TRUNCATE {', '.join(table for table, _copy, _columns in tables)}",
            *(
                f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT * FROM {copy}"
                for table, copy, columns in tables
            ),
            *numbers,
        ]
        assert not Path(settings.MEDIA_ROOT).exists(), "files are not kept"

    def _put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("; ".join(self.statements))
