"""Claiming: a link is one worker's own for the length of a lease, and its host is asked by nobody else meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection, transaction

from recommendations.models import Evidence, Turn, Watch
from recommendations.models.clock import clock
from recommendations.rules import links

if TYPE_CHECKING:
    from uuid import UUID

LEASE: Final = dt.timedelta(minutes=5)
TURN: Final = dt.timedelta(minutes=1)  # longer than any reading; a killed worker holds a host no longer
PAUSE: Final = dt.timedelta(seconds=10)
POSTPONED: Final = dt.timedelta(seconds=15)
PUT_OFF: Final = dt.timedelta(days=1)
CHUNK: Final = 500
_TAKE: Final = """
INSERT INTO recommendations_turn AS t (host, free_at) {hosts}
    ON CONFLICT (host) DO UPDATE SET free_at = EXCLUDED.free_at WHERE t.free_at <= clock_timestamp()
RETURNING host
"""
_DUE: Final = """
  FROM recommendations_watch w
  JOIN recommendations_evidence e ON e.id = w.evidence_id AND e.retracted_at IS NULL
  JOIN recommendations_recommendation r ON r.id = e.recommendation_id AND r.withdrawn_at IS NULL
 WHERE w.due_at <= clock_timestamp() AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp())
   AND (%(only)s::uuid IS NULL OR e.uuid = %(only)s::uuid)
"""
# What a rating rests on goes first. Two that meet at one host: the second waits for the first one's row, and gets nothing.
_CLAIM: Final = f"""
WITH due AS MATERIALIZED (
    SELECT w.id, w.host, e.uuid, e.url, r.reference, e.title {_DUE}
       AND NOT EXISTS (SELECT FROM recommendations_turn t WHERE t.host = w.host AND t.free_at > clock_timestamp())
     ORDER BY EXISTS (SELECT FROM recommendations_assessment_evidence c
                       WHERE c.evidence_id = e.id AND c.assessment_id IN (r.reported_id, r.verified_id)) DESC,
              w.due_at, w.id
     LIMIT 1 FOR UPDATE OF w SKIP LOCKED),
taken AS ({_TAKE.format(hosts="SELECT due.host, clock_timestamp() + %(turn)s * interval '1 second' FROM due")})
UPDATE recommendations_watch w SET lease_until = clock_timestamp() + %(lease)s * interval '1 second'
  FROM due JOIN taken ON taken.host = due.host WHERE w.id = due.id
RETURNING due.uuid, due.url, due.host, due.reference, due.title, w.lease_until
"""  # noqa: S608 - our own text


class Claim(NamedTuple):
    """A link that is ours until `lease`."""

    evidence: UUID
    url: str
    host: str
    reference: str
    title: str
    lease: dt.datetime


def watch_all(now: dt.datetime) -> None:
    """Watch the links that nobody watches yet: those from before there was an archive."""
    unwatched = Evidence.objects.standing().filter(watch__isnull=True).exclude(url="")
    named = unwatched.exclude(url__iregex=r"^https?://[^/?#]*\.(example|invalid|test)\.?(:\d+)?([/?#]|$)")
    found = named.values_list("pk", "url").order_by("pk")[:CHUNK]
    fresh = [Watch(evidence_id=pk, host=links.host_of(url), due_at=now) for pk, url in found]
    Watch.objects.bulk_create(fresh, ignore_conflicts=True)


def hurry(only: UUID | None) -> None:
    """Make one link due now, or all of them."""
    due = Watch.objects.filter(due_at__gt=clock())
    (due.filter(evidence__uuid=only) if only else due).update(due_at=clock())


def claim(only: UUID | None = None) -> Claim | None:
    """Take the link that is read next, if there is one whose host may be asked. Raises RuntimeError in a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"only": only, "turn": TURN.total_seconds(), "lease": LEASE.total_seconds()})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def waiting(only: UUID | None = None) -> int:
    """Count the links that are due and in nobody's hands, whether or not their host may be asked just now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_DUE}", {"only": only})
        count: int = cursor.fetchone()[0]
    return count


def take(host: str) -> bool:
    """Take a host's turn on the way, when a link leads on to it; False while somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE.format(hosts="VALUES (%(host)s, clock_timestamp() + %(turn)s * interval '1 second')"),
            {"host": host, "turn": TURN.total_seconds()},
        )
        return cursor.fetchone() is not None


def leave(hosts: set[str]) -> None:
    """Let hosts be asked again after the pause that is polite."""
    Turn.objects.filter(host__in=hosts).update(free_at=clock() + PAUSE)


def put_off(mine: Claim, pause: dt.timedelta) -> None:
    """Give a link back without having read it."""
    held = Watch.objects.filter(evidence__uuid=mine.evidence, lease_until=mine.lease)
    held.update(lease_until=None, due_at=clock() + pause)
