"""Claiming: a row is one worker's own for the length of a lease. Consent is read again here and at the fence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction

from recommendations.models.subscription import DeliveryState

if TYPE_CHECKING:
    from uuid import UUID

LEASE: Final = dt.timedelta(minutes=10)
MOST_ATTEMPTS: Final = 8
MOST_REFUSALS: Final = 3  # digests in a row that an address refused for good; then it gets no more
_WAITING: Final = "state = 'planned' AND due_at <= clock_timestamp()"
_EXPIRED: Final = "state = 'sending' AND lease_until < clock_timestamp()"
# The rows are locked in a part of their own, so that LIMIT counts rows that were free.
_CLAIM: Final = """
WITH free AS MATERIALIZED (
    SELECT id FROM recommendations_delivery WHERE {which} ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE recommendations_delivery d
   SET token = gen_random_uuid(), lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       attempts = d.attempts + (d.state = 'sending')::int, state = 'sending'
  FROM free WHERE d.id = free.id
RETURNING d.id
"""
# Not sent: what is not wanted any more, what goes to an address that refused the last ones for good, what was tried enough.
_ANSWER: Final = """
UPDATE recommendations_delivery d
   SET state = coalesce(verdict.state, 'sending'),
       token = CASE WHEN verdict.state IS NULL THEN d.token END,
       lease_until = CASE WHEN verdict.state IS NULL THEN d.lease_until END,
       finished_at = CASE WHEN verdict.state IS NULL THEN NULL ELSE clock_timestamp() END,
       last_error = coalesce(verdict.reason, d.last_error)
  FROM (SELECT c.id,
               CASE WHEN NOT (s.ended_at IS NULL AND s.paused_at IS NULL AND p.is_active) THEN 'suppressed'
                    WHEN refused.times >= %(refusals)s THEN 'suppressed'
                    WHEN c.attempts >= %(attempts)s THEN 'failed' END AS state,
               CASE WHEN NOT (s.ended_at IS NULL AND s.paused_at IS NULL AND p.is_active) THEN NULL
                    WHEN refused.times >= %(refusals)s THEN 'the address refused the last digests for good'
                    WHEN c.attempts >= %(attempts)s
                    THEN 'given up after ' || c.attempts || ' attempts; the last: ' || left(c.last_error, 200)
                    END AS reason
          FROM recommendations_delivery c
          JOIN recommendations_subscription s ON s.id = c.subscription_id
          JOIN recommendations_person p ON p.id = s.person_id
          JOIN LATERAL (
               SELECT count(*) FILTER (WHERE last.state = 'failed' AND last.last_error LIKE '5%%') AS times
                 FROM (SELECT x.state, x.last_error FROM recommendations_delivery x
                        WHERE x.subscription_id = s.id AND x.recipient = p.email AND x.state IN ('sent', 'failed')
                        ORDER BY x.period_start DESC LIMIT %(refusals)s) last) refused ON true
         WHERE c.id = ANY(%(ids)s)) verdict
 WHERE d.id = verdict.id
RETURNING d.id, d.token, d.state
"""


class Claim(NamedTuple):
    """A row that is ours as long as it has this token."""

    delivery: int
    token: UUID


class Batch(NamedTuple):
    """What was claimed to be sent, and how many rows ended instead, by state."""

    claims: list[Claim]
    ended: Counter[str]

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to claim at all."""
        return not self.claims and not self.ended


def claim(most: int) -> Batch:
    """Take up to `most` rows that wait. Raises RuntimeError inside a transaction: no mail leaves from within one."""
    return _claim(_WAITING, most)


def reclaim() -> Batch:
    """Take one row whose worker did not come back in time: alone, as it may be what stopped that worker."""
    return _claim(_EXPIRED, 1)


def _claim(which: str, most: int) -> Batch:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(which=which), {"most": most, "lease": LEASE.total_seconds()})
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_ANSWER, {"ids": ids, "attempts": MOST_ATTEMPTS, "refusals": MOST_REFUSALS})
        answered = sorted(cursor.fetchall())
    claims = [Claim(row, token) for row, token, state in answered if state == DeliveryState.SENDING]
    return Batch(claims, Counter(state for _, _, state in answered if state != DeliveryState.SENDING))
