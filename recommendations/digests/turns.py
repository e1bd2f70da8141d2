"""Turns: how fast a mail domain is written to, and when it is let alone, by all senders together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection

from relations.mail import OTHERS

if TYPE_CHECKING:
    from collections.abc import Sequence

HELD: Final = dt.timedelta(minutes=15)
"""How long a domain is let alone that says for all of it that it takes no mail for now."""
SPREAD: Final = dt.timedelta(seconds=10)
"""Then its rows come back within so much time, each time in another order: one that is refused again holds up others, but not for ever."""
AHEAD: Final = dt.timedelta(hours=1)
"""For how long turns are given beforehand; what comes later asks again then, so that another pace counts soon."""
GRACE: Final = dt.timedelta(minutes=1)
"""How late a turn may be taken; later it is given anew, so that what was missed does not come all at once."""
DOMAIN: Final = "lower(substring(coalesce(p.email, s.email) FROM '[^@]*$'))"
_ROWS: Final = """
  FROM recommendations_delivery d JOIN recommendations_subscription s ON s.id = d.subscription_id
  LEFT JOIN recommendations_person p ON p.id = s.person_id
"""
_ENTER: Final = f"""
INSERT INTO recommendations_maildomain (name, free_at, reason)
SELECT DISTINCT {DOMAIN}, clock_timestamp(), '' {_ROWS}
 WHERE d.id = ANY(%(ids)s) AND d.state = 'sending' AND (%(others)s::float8 IS NOT NULL OR {DOMAIN} = ANY(%(names)s))
   AND NOT EXISTS (SELECT FROM recommendations_maildomain m WHERE m.name = {DOMAIN})
 ORDER BY 1 ON CONFLICT (name) DO NOTHING
"""  # noqa: S608 - pieces of this module
# Domains are locked in one order, and read as they are then: what another sender gave away meanwhile is gone.
_GIVE: Final = f"""
WITH mine AS MATERIALIZED (
    SELECT d.id, d.due_at, d.slot_at, {DOMAIN} AS domain {_ROWS} WHERE d.id = ANY(%(ids)s) AND d.state = 'sending'
), domains AS MATERIALIZED (
    SELECT m.id, m.name, m.held_until, greatest(m.free_at, clock_timestamp()) AS free_at,
           coalesce(own.gap, %(others)s::float8) * interval '1 second' AS gap
      FROM recommendations_maildomain m
      LEFT JOIN unnest(%(names)s::text[], %(gaps)s::float8[]) AS own (name, gap) ON own.name = m.name
     WHERE m.name IN (SELECT domain FROM mine) ORDER BY m.name FOR UPDATE OF m
), held AS (
    SELECT mine.id, NULL::timestamptz AS turn, domains.held_until + random() * %(spread)s::interval AS due_at
      FROM mine JOIN domains ON domains.name = mine.domain WHERE domains.held_until > clock_timestamp()
), turns AS MATERIALIZED (
    SELECT mine.id, domains.id AS domain, gap,
           free_at + gap * (row_number() OVER (PARTITION BY domains.id ORDER BY mine.due_at, mine.id) - 1) AS turn
      FROM mine JOIN domains ON domains.name = mine.domain
     WHERE gap IS NOT NULL AND mine.id NOT IN (SELECT id FROM held)
       AND (mine.slot_at IS NULL OR mine.slot_at < clock_timestamp() - %(grace)s)
), given AS (
    UPDATE recommendations_maildomain m SET free_at = last.turn + last.gap
      FROM (SELECT domain, max(turn) AS turn, max(gap) AS gap FROM turns WHERE turn < clock_timestamp() + %(ahead)s GROUP BY domain) last
     WHERE m.id = last.domain
), answers AS (
    SELECT id, turn, due_at, false AS goes FROM held
     UNION ALL
    SELECT id, CASE WHEN turn < clock_timestamp() + %(ahead)s THEN turn END, least(turn, clock_timestamp() + %(ahead)s),
           turn <= clock_timestamp() FROM turns
)
UPDATE recommendations_delivery d
   SET slot_at = a.turn,
       state = CASE WHEN a.goes THEN d.state ELSE 'planned' END,
       token = CASE WHEN a.goes THEN d.token END,
       lease_until = CASE WHEN a.goes THEN d.lease_until END,
       due_at = CASE WHEN a.goes THEN d.due_at ELSE a.due_at END
  FROM answers a WHERE d.id = a.id
RETURNING d.id, a.goes
"""  # noqa: S608 - as above
_HOLD: Final = f"""
INSERT INTO recommendations_maildomain AS m (name, free_at, held_until, reason)
SELECT {DOMAIN}, clock_timestamp(), clock_timestamp() + %(held)s, %(reason)s {_ROWS} WHERE d.id = %(delivery)s
    ON CONFLICT (name) DO UPDATE SET held_until = excluded.held_until, reason = excluded.reason
"""
_NEXT: Final = """
SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float8 FROM recommendations_delivery
 WHERE state = 'planned' AND slot_at > clock_timestamp()
"""


def give(ids: Sequence[int]) -> set[int]:
    """Give claimed rows a turn at their domain; return those that go back until it comes, or while the domain is held.

    For the transaction of a claim: two statements, however many rows and domains.
    """
    paces = dict(settings.MAIL_PACE)
    parameters: dict[str, Any] = {
        "ids": list(ids),
        "others": paces.pop(OTHERS, None),
        "names": list(paces),
        "gaps": list(paces.values()),
        "grace": GRACE,
        "ahead": AHEAD,
        "spread": SPREAD,
    }
    with connection.cursor() as cursor:
        if settings.MAIL_PACE:
            cursor.execute(_ENTER, parameters)
        cursor.execute(_GIVE, parameters)
        return {row for row, goes in cursor.fetchall() if not goes}


def hold(delivery: int, reason: str) -> None:
    """Let the domain of a row's address alone for a while: nobody's attempt counts meanwhile."""
    parameters: dict[str, Any] = {"delivery": delivery, "held": HELD, "reason": reason[:300]}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, parameters)


def until_next() -> float | None:
    """Return the seconds until the next turn that was given; None when there is none."""
    if not settings.MAIL_PACE:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        seconds: float | None = cursor.fetchone()[0]
    return seconds
