"""Notices that wait for a mail: whose turn it is, which of them a mail has. Each is in one mail at most, for ever.

A notice is bound to its mail when that is planned, not by the time at which it was made: one that is committed late is in the
next mail, and none is in two.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from recommendations.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommendations.models import Delivery, Subscription
    from recommendations.models.notice import NoticeQuerySet

APART: Final = dt.timedelta(hours=1)  # between two mails, by the clock that has no summer and no winter
# Whose turn it is: those who were told something that they have not seen, and neither have a mail under way nor had one in
# the last hour. What was told in a pause is not made up for; what was told shortly before the first mail could be, is.
_READY: Final = """
SELECT s.id AS subscription, s.person_id AS person, since.moment AS since,
       greatest(newest.period_end, since.moment) AS started, least(%(at)s, %(now)s) AS ended
  FROM (SELECT DISTINCT person_id FROM recommendations_notice WHERE seen_at IS NULL AND delivery_id IS NULL) told
  JOIN recommendations_subscription s
    ON s.person_id = told.person_id AND s.scope = 'notices' AND s.ended_at IS NULL AND s.paused_at IS NULL
  JOIN recommendations_person p ON p.id = s.person_id AND p.is_active
 CROSS JOIN LATERAL (SELECT coalesce(s.restarted_at, s.created_at - %(apart)s) AS moment) since
  LEFT JOIN LATERAL (
       SELECT d.period_end, greatest(d.period_end, d.handed_over_at) AS gone_at,
              d.state IN ('planned', 'sending') OR d.state = 'handed_over' AND d.lease_until > %(now)s AS is_under_way
         FROM recommendations_delivery d WHERE d.subscription_id = s.id
        ORDER BY d.period_start DESC LIMIT 1) newest ON true
 WHERE coalesce(newest.gone_at <= %(at)s - %(apart)s AND NOT newest.is_under_way, true)
   AND greatest(newest.period_end, since.moment) < least(%(at)s, %(now)s)
   AND EXISTS (SELECT FROM recommendations_notice n WHERE n.person_id = s.person_id
                  AND n.seen_at IS NULL AND n.delivery_id IS NULL AND n.made_at BETWEEN since.moment AND least(%(at)s, %(now)s))
"""
_PLAN: Final = f"""
WITH ready AS MATERIALIZED ({_READY}),
made AS (
INSERT INTO recommendations_delivery
       (uuid, subscription_id, period_start, period_end, state, planned_at, due_at,
        attempts, recipient, message_id, subject, text, html, last_error)
SELECT gen_random_uuid(), subscription, started, ended, 'planned', %(now)s, %(now)s, 0, '', '', '', '', '', ''
  FROM ready
    ON CONFLICT (subscription_id, period_start) DO NOTHING
RETURNING id, subscription_id),
bound AS (
UPDATE recommendations_notice n SET delivery_id = made.id
  FROM made JOIN ready ON ready.subscription = made.subscription_id
 WHERE n.person_id = ready.person AND n.seen_at IS NULL AND n.delivery_id IS NULL AND n.made_at BETWEEN ready.since AND ready.ended)
SELECT count(*) FROM made
"""  # noqa: S608 - a statement of this module


class Turn(NamedTuple):
    """A mail of notices to be."""

    subscription: int
    start: dt.datetime
    end: dt.datetime


def plan(at: dt.datetime, now: dt.datetime) -> int:
    """Write down whose turn it is, each with the notices that it is about; return how many. Doing it twice changes nothing.

    A time to come counts as if it had come, for what there is now.
    """
    said: dict[str, Any] = {"at": at, "now": now, "apart": APART}
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, said)
        return int(cursor.fetchone()[0])


def rehearse(at: dt.datetime, now: dt.datetime) -> list[Turn]:
    """Return whose turn it is, and write nothing."""
    statement = f"SELECT subscription, started, ended FROM ({_READY}) ready ORDER BY subscription"  # noqa: S608
    said: dict[str, Any] = {"at": at, "now": now, "apart": APART}
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        return [Turn(*row) for row in cursor.fetchall()]


def missed(at: dt.datetime, now: dt.datetime) -> int:
    """Count whose turn it was at a time that is over, and is still."""
    said: dict[str, Any] = {"at": at, "now": now, "apart": APART}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_READY}) ready", said)  # noqa: S608 - as above
        return int(cursor.fetchone()[0])


def of(rows: Iterable[Delivery]) -> dict[int, list[Notice]]:
    """Return the notices of each mail that its reader has still not seen, oldest first; one statement."""
    found: dict[int, list[Notice]] = defaultdict(list)
    mails: Any = [row.pk for row in rows]
    for notice in _unseen().filter(delivery__in=mails):
        found[notice.delivery_id or 0].append(notice)
    return found


def for_next(subscription: Subscription) -> list[Notice]:
    """Return what the next mail of a subscription would be about now."""
    since = subscription.restarted_at or subscription.created_at - APART
    return list(_unseen().filter(person=subscription.person_id, delivery=None, made_at__gte=since))


def _unseen() -> NoticeQuerySet:
    return Notice.objects.unseen().for_reading().order_by("id")
