"""Whether the versions kept of the register's rows (schema `history`, migration 0005) fit the rows and one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_TABLES: Final = """
SELECT kept.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_class kept
  JOIN pg_class today ON today.relname = kept.relname AND today.relnamespace = 'public'::regnamespace
  JOIN pg_attribute a ON a.attrelid = today.oid
 WHERE kept.relnamespace = 'history'::regnamespace AND kept.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attgenerated = '' -- what is computed from the others is as right as they are
 GROUP BY kept.relname ORDER BY kept.relname
"""
_WRONG: Final = """
SELECT coalesce(today.id, kept.id)::text, 'version' FROM public.{name} today
  FULL JOIN (SELECT * FROM history.{name} WHERE valid_to = 'infinity') kept ON kept.id = today.id
 WHERE today.id IS NULL OR kept.id IS NULL OR ({today}) IS DISTINCT FROM ({kept})
UNION ALL
SELECT id::text, 'span' FROM (
    SELECT id, valid_from, valid_to, lag(valid_to) OVER (PARTITION BY id ORDER BY valid_to, valid_from) AS ended
      FROM history.{name}) version
 WHERE valid_from >= valid_to OR ended <> valid_from
 LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of which versions are kept, and its columns as SQL writes them."""

    name: str
    columns: tuple[str, ...]


def tables(cursor: CursorWrapper) -> list[Kept]:
    """Return the tables of which versions are kept."""
    cursor.execute(_TABLES)
    return [Kept(name, tuple(columns)) for name, columns in cursor]


def check(cursor: CursorWrapper, table: Kept, most: int) -> tuple[int, list[tuple[str, str]]]:
    """Return how many versions of a table's rows are kept, and which rows (by number) they do not fit, and how."""
    today, kept = (", ".join(f"{of}.{column}" for column in table.columns) for of in ("today", "kept"))
    cursor.execute(_WRONG.format(name=table.name, today=today, kept=kept, most=most))
    wrong = cursor.fetchall()
    cursor.execute(f"SELECT count(*) FROM history.{table.name}")  # noqa: S608 - a name that the catalogue gave
    return cursor.fetchone()[0], wrong
