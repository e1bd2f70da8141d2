"""Claiming: an import is one worker's own for the length of a lease; whose lease ran out may write nothing any more."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import DatabaseError, connection, transaction

from recommendations.models import Import
from recommendations.models.importing import ImportState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

LEASE: Final = dt.timedelta(minutes=5)  # longer than a parser may take; told progress prolongs it
MOST_ATTEMPTS: Final = 3
EVERY: Final = 1.0  # seconds between two tellings of progress
STEPS: Final = {
    ImportState.PLANNED: ImportState.READING,
    ImportState.TO_APPLY: ImportState.APPLYING,
    ImportState.TO_UNDO: ImportState.UNDOING,
}
_CASES: Final = " ".join(f"WHEN '{waits}' THEN '{works}'" for waits, works in STEPS.items())
_CLAIM: Final = f"""
WITH free AS MATERIALIZED (
    SELECT id FROM recommendations_import
     WHERE (%(only)s::uuid IS NULL OR uuid = %(only)s::uuid)
       AND state IN ('planned', 'reading', 'to_apply', 'applying', 'to_undo', 'undoing')
       AND (lease_until IS NULL OR lease_until < clock_timestamp())
     ORDER BY made_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE recommendations_import i
   SET token = gen_random_uuid(), lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       attempts = i.attempts + 1, state = CASE i.state {_CASES} ELSE i.state END
  FROM free WHERE i.id = free.id
RETURNING i.id, i.token, i.state, i.attempts, clock_timestamp()
"""  # noqa: S608 - our own text
_TELL: Final = """
UPDATE recommendations_import SET done = %(done)s, total = %(total)s,
       lease_until = clock_timestamp() + %(lease)s * interval '1 second'
 WHERE id = %(id)s AND token = %(token)s
"""


class Lost(Exception):
    """The lease ran out, and somebody else has the import: nothing that was done here is written."""


class Claim(NamedTuple):
    """An import that is ours as long as it has this token; the moment is PostgreSQL's."""

    pk: int
    token: UUID
    state: ImportState
    attempts: int
    now: dt.datetime


def claim(only: UUID | None = None) -> Claim | None:
    """Take the import that waits the longest, or whose worker did not come back. Raises RuntimeError in a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"only": only, "lease": LEASE.total_seconds()})
        row = cursor.fetchone()
    return Claim(row[0], row[1], ImportState(row[2]), *row[3:]) if row else None


def finish(mine: Claim, state: ImportState, **columns: Any) -> None:
    """Let go of an import in its new state, within the transaction of what was done. Raises `Lost`: then nothing was."""
    held = Import.objects.filter(pk=mine.pk, token=mine.token, state=mine.state)
    said = {"state": state, "token": None, "lease_until": None, "finished_at": mine.now, **columns}
    if held.update(**said) != 1:
        raise Lost(mine.pk)


@contextmanager
def telling(mine: Claim) -> Iterator[Callable[[int, int], None]]:
    """Tell others, now and then, how much is done, and prolong the lease.

    By a connection of its own: what the long transaction says nobody hears before its end.
    """
    line = connection.copy()
    last = time.monotonic()

    def told(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < EVERY:
            return
        last = time.monotonic()
        with suppress(DatabaseError), line.cursor() as cursor:  # who cannot tell can still work
            said = {"done": done, "total": total, "lease": LEASE.total_seconds()}
            cursor.execute(_TELL, {**said, "id": mine.pk, "token": mine.token})

    try:
        yield told
    finally:
        line.close()
