"""Claiming: a row is one worker's own for the length of a lease. Consent is read again here and at the fence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from recommendations.digests import turns
from recommendations.models.delivery import DeliveryState

if TYPE_CHECKING:
    from uuid import UUID

LEASE: Final = dt.timedelta(minutes=10)
MOST_STRANDED: Final = 8
"""Senders of a row that did not come back; then it is what stops them."""
LONGEST: Final = dt.timedelta(hours=48)
"""Since it was planned a row is tried for so long, while its recipient or domain puts it off: a later digest comes."""
_WAITING: Final = "state = 'planned' AND due_at <= clock_timestamp()"
_EXPIRED: Final = "state = 'sending' AND lease_until < clock_timestamp()"
# Whether a row may go: somebody wants the digest, and confirmed the address; a letter that asks for this goes before it,
# as long as its link counts. `s` is the row's subscription, `p` its person, if it has one.
WANTED: Final = """(s.ended_at IS NULL AND CASE {row}.kind WHEN 'confirmation' THEN {row}.period_end > clock_timestamp()
     ELSE s.paused_at IS NULL AND coalesce(p.is_active, s.confirmed_at IS NOT NULL) END)"""
SUPPRESSED: Final = """EXISTS (SELECT FROM recommendations_suppression x
     WHERE x.lifted_at IS NULL AND lower(x.email) = lower(coalesce(p.email, s.email)))"""
# While the site is closed to strangers, nothing of it goes to them by mail either.
_UNWANTED: Final = f"(NOT {WANTED.format(row='c')} OR s.person_id IS NULL AND NOT %(public)s)"
# The rows are locked in a part of their own, so that LIMIT counts rows that were free.
_CLAIM: Final = """
WITH free AS MATERIALIZED (
    SELECT id FROM recommendations_delivery WHERE {which} ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE recommendations_delivery d
   SET token = gen_random_uuid(), lease_until = clock_timestamp() + %(lease)s * interval '1 second',
       attempts = d.attempts + (d.state = 'sending')::int, stranded = d.stranded + (d.state = 'sending')::int,
       state = 'sending'
  FROM free WHERE d.id = free.id
RETURNING d.id
"""
# Not sent: what is not wanted any more, what goes to an address that gets none, what stopped too many senders, what is too
# old when its domain is still let alone.
_ANSWER: Final = f"""
UPDATE recommendations_delivery d
   SET state = coalesce(verdict.state, 'sending'),
       token = CASE WHEN verdict.state IS NULL THEN d.token END,
       lease_until = CASE WHEN verdict.state IS NULL THEN d.lease_until END,
       finished_at = CASE WHEN verdict.state IS NULL THEN NULL ELSE clock_timestamp() END,
       last_error = coalesce(verdict.reason, d.last_error)
  FROM (SELECT c.id,
               CASE WHEN {_UNWANTED} OR {SUPPRESSED} THEN 'suppressed'
                    WHEN c.stranded >= %(stranded)s OR held.reason IS NOT NULL THEN 'failed' END AS state,
               CASE WHEN {_UNWANTED} THEN NULL
                    WHEN {SUPPRESSED} THEN 'the address is on the list of those that get no mail'
                    WHEN c.stranded >= %(stranded)s
                    THEN 'given up after ' || c.stranded || ' senders that did not come back; the last: ' || left(c.last_error, 200)
                    ELSE held.reason END AS reason
          FROM recommendations_delivery c
          JOIN recommendations_subscription s ON s.id = c.subscription_id
     LEFT JOIN recommendations_person p ON p.id = s.person_id
     LEFT JOIN recommendations_maildomain held
            ON held.name = {turns.DOMAIN} AND held.held_until > clock_timestamp() AND c.planned_at + %(longest)s <= clock_timestamp()
         WHERE c.id = ANY(%(ids)s)) verdict
 WHERE d.id = verdict.id
RETURNING d.due_at, d.id, d.token, d.state
"""  # noqa: S608 - pieces of this module


class Claim(NamedTuple):
    """A row that is ours as long as it has this token."""

    delivery: int
    token: UUID


class Batch(NamedTuple):
    """What was claimed to be sent, how many rows ended instead, by state, and how many wait for a turn at their domain."""

    claims: list[Claim]
    ended: Counter[str]
    waiting: int

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to claim at all."""
        return not self.claims and not self.ended and not self.waiting


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
        limits: dict[str, Any] = {"stranded": MOST_STRANDED, "longest": LONGEST, "public": settings.PUBLIC_SITE}
        cursor.execute(_ANSWER, {"ids": ids, **limits})
        answered = sorted(cursor.fetchall())
        wait = turns.give(ids) if ids else set()
    mine = [
        Claim(row, token) for _, row, token, state in answered if state == DeliveryState.SENDING and row not in wait
    ]
    ended = Counter(state for *_, state in answered if state != DeliveryState.SENDING)
    return Batch(mine, ended, len(wait))
