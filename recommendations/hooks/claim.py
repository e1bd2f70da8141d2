"""Claiming: a call is one worker's own for the length of a lease, and its webhook is called by nobody else meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction

if TYPE_CHECKING:
    from uuid import UUID

LEASE: Final = dt.timedelta(minutes=1)
"""Longer than any call: what a killed worker held is called again after it."""
KEPT: Final = dt.timedelta(days=30)
CHUNK: Final = 1000
DUE: Final = """
    c.due_at <= clock_timestamp() AND (c.state = 'planned' OR (c.state = 'sending' AND c.lease_until < clock_timestamp()))
    AND (w.state IN ('active', 'failing') OR c.event_id IS NULL)
"""
# First whose turn it is: those that take their calls before those that do not, and who was called longest ago. The row of
# the webhook is written too, so that of two who meet at it the second sees that it is taken.
_CLAIM: Final = f"""
WITH turn AS MATERIALIZED (
    SELECT w.id FROM recommendations_webhook w
     WHERE w.ended_at IS NULL AND (w.busy_until IS NULL OR w.busy_until < clock_timestamp())
       AND EXISTS (SELECT FROM recommendations_call c
                    WHERE c.webhook_id = w.id AND c.state IN ('planned', 'sending') AND {DUE})
     ORDER BY w.state = 'failing', w.busy_until NULLS FIRST, w.id
     LIMIT 1 FOR NO KEY UPDATE OF w SKIP LOCKED),
next AS MATERIALIZED (
    SELECT c.id, w.id AS webhook FROM turn JOIN recommendations_webhook w ON w.id = turn.id
      JOIN recommendations_call c ON c.webhook_id = w.id
     WHERE c.state IN ('planned', 'sending') AND {DUE}
     ORDER BY c.due_at, c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED),
taken AS (UPDATE recommendations_webhook w SET busy_until = clock_timestamp() + %(lease)s * interval '1 second'
            FROM next WHERE w.id = next.webhook)
UPDATE recommendations_call c
   SET state = 'sending', token = gen_random_uuid(), lease_until = clock_timestamp() + %(lease)s * interval '1 second', attempts = c.attempts + 1
  FROM next WHERE c.id = next.id
RETURNING c.id, c.token, c.attempts, clock_timestamp()
"""  # noqa: S608 - our own text
_SWEEP: Final = """
DELETE FROM recommendations_call WHERE id IN (
    SELECT id FROM recommendations_call WHERE finished_at < clock_timestamp() - %(kept)s * interval '1 day'
     ORDER BY finished_at LIMIT %(chunk)s FOR UPDATE SKIP LOCKED)
"""


class Claim(NamedTuple):
    """A call that is ours as long as it has this token; `attempt` counts from 1."""

    call: int
    token: UUID
    attempt: int
    at: dt.datetime


def claim() -> Claim | None:
    """Take the call that is made next, if there is one. Raises RuntimeError in a transaction: nobody is called from within."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"lease": LEASE.total_seconds()})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def sweep() -> int:
    """Forget calls that ended a month ago, some at a time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"kept": KEPT.days, "chunk": CHUNK})
        return int(cursor.rowcount)
