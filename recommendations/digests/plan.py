"""Planning: one row for each period that has ended, by PostgreSQL's clock. Doing it twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models.functions import Coalesce

from recommendations.digests import waiting
from recommendations.models import Subscription
from recommendations.models.clock import clock
from recommendations.models.delivery import DeliveryState
from recommendations.rules import periods
from recommendations.rules.periods import Cadence, Period, Rhythm, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK: Final = 1_000
PATIENCE: Final = dt.timedelta(hours=1)  # within which what is due is planned; beats come every minute
# A subscription's periods follow each other, so the row that starts last also ends last.
_DUE: Final = """
  FROM unnest(%(cadences)s::text[], %(weekdays)s::int[], %(hours)s::int[], %(zones)s::text[], %(ends)s::timestamptz[])
       WITH ORDINALITY AS schedule (cadence, weekday, hour, zone, ended, number)
  JOIN recommendations_subscription s
    ON (s.cadence, s.weekday, s.hour) = (schedule.cadence, schedule.weekday, schedule.hour)
   AND s.ended_at IS NULL AND s.paused_at IS NULL
  LEFT JOIN recommendations_person p ON p.id = s.person_id
  LEFT JOIN LATERAL (
       SELECT d.period_end FROM recommendations_delivery d WHERE d.subscription_id = s.id AND d.kind = 'digest'
        ORDER BY d.period_start DESC LIMIT 1) newest ON true
 WHERE coalesce(p.is_active, s.confirmed_at IS NOT NULL AND %(public)s) AND coalesce(p.time_zone, s.time_zone) = schedule.zone
   AND schedule.ended > greatest(s.created_at, s.restarted_at)
   AND (newest.period_end IS NULL OR newest.period_end < schedule.ended)
"""
_CANDIDATES: Final = f"""
SELECT s.id, schedule.number, greatest(s.created_at, s.restarted_at), newest.period_end {_DUE}
   AND s.id > %(after)s ORDER BY s.id LIMIT %(chunk)s
"""
_UNPLANNED: Final = f"SELECT count(*) {_DUE}"
_INSERT: Final = """
INSERT INTO recommendations_delivery
       (uuid, subscription_id, period_start, period_end, state, planned_at, due_at, finished_at,
        attempts, recipient, message_id, subject, text, html, last_error)
SELECT gen_random_uuid(), new.subscription, new.started, new.ended, new.state, %(now)s, %(now)s,
       CASE WHEN new.state = 'skipped_late' THEN %(now)s::timestamptz END, 0, '', '', '', '', '', ''
  FROM unnest(%(subscriptions)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(states)s::text[])
       AS new (subscription, started, ended, state)
    ON CONFLICT (subscription_id, period_start) DO NOTHING
RETURNING state
"""


class Row(NamedTuple):
    """A delivery to be."""

    subscription: int
    start: dt.datetime
    end: dt.datetime
    state: str


class Candidate(NamedTuple):
    """A subscription with something to plan: `covered` is the end of its newest row."""

    subscription: int
    schedule: int
    since: dt.datetime
    covered: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rhythm that somebody has, its zone as it is written there, and the moment for which it is planned."""

    zone: str
    rhythm: Rhythm
    moment: dt.datetime
    newest: Period


def plan(*, at: dt.datetime | None = None) -> Counter[str]:
    """Write down what is due and was missed; return how many rows of each state are new.

    `at` asks for the periods that have ended by then instead of now. When it lies in the future, the running period is
    closed early, at this moment: its digest can be seen at once, once, and the next one begins where it ended.
    """
    now = clock()
    made = Counter({DeliveryState.PLANNED.value: waiting.plan(at or now, now)})
    for rows in _planned(at or now, now):
        made.update(_insert(rows, now))
    return +made


def rehearse(*, at: dt.datetime | None = None) -> Iterator[Row]:
    """Yield what `plan` would write now, and write nothing."""
    now = clock()
    yield from (Row(*turn, DeliveryState.PLANNED) for turn in waiting.rehearse(at or now, now))
    for rows in _planned(at or now, now):
        yield from rows


def unplanned() -> int:
    """Count what was due an hour ago and has no row: periods that ended, and people whose notices wait for a mail. Four statements.

    Whatever plans has stood still, then.
    """
    now = clock()
    schedules = _schedules(now - PATIENCE, now)
    with connection.cursor() as cursor:
        cursor.execute(_UNPLANNED, _asked(schedules))
        return int(cursor.fetchone()[0]) + waiting.missed(now - PATIENCE, now)


def _planned(at: dt.datetime, now: dt.datetime) -> Iterator[list[Row]]:
    schedules = _schedules(at, now)
    after = 0
    while schedules and (found := _candidates(schedules, after)):
        yield [row for candidate in found for row in _rows(candidate, schedules[candidate.schedule - 1], now)]
        after = found[-1].subscription


def _schedules(at: dt.datetime, now: dt.datetime) -> list[Schedule]:
    """Work out the period of each rhythm once; however many people there are, there are few rhythms."""
    regular = Subscription.objects.active().exclude(cadence=Cadence.HOURLY).order_by()
    zones = regular.annotate(zone_name=Coalesce("person__time_zone", "time_zone"))
    found = []
    for cadence, weekday, hour, zone in zones.values_list("cadence", "weekday", "hour", "zone_name").distinct():
        rhythm = Rhythm(cadence, weekday, hour, zone_of(zone))
        moment = min(at, periods.following(rhythm, now).end)
        found.append(Schedule(zone, rhythm, moment, periods.latest(rhythm, moment)))
    return found


def _candidates(schedules: list[Schedule], after: int) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {**_asked(schedules), "after": after, "chunk": CHUNK})
        return [Candidate(*row) for row in cursor.fetchall()]


def _asked(schedules: list[Schedule]) -> dict[str, Any]:
    rhythms = [schedule.rhythm for schedule in schedules]
    return {
        "cadences": [rhythm.cadence for rhythm in rhythms],
        "weekdays": [rhythm.weekday for rhythm in rhythms],
        "hours": [rhythm.hour for rhythm in rhythms],
        "zones": [schedule.zone for schedule in schedules],
        "ends": [schedule.newest.end for schedule in schedules],
        "public": settings.PUBLIC_SITE,
    }


def _rows(candidate: Candidate, schedule: Schedule, now: dt.datetime) -> list[Row]:
    to_send, missed = periods.due(schedule.rhythm, schedule.moment, since=candidate.since, covered=candidate.covered)
    if to_send is not None and to_send.end > now:
        to_send = _closed_early(to_send, schedule.newest, now)
    late = [Row(candidate.subscription, p.start, p.end, DeliveryState.SKIPPED_LATE) for p in missed]
    return late + [Row(candidate.subscription, p.start, p.end, DeliveryState.PLANNED) for p in [to_send] if p]


def _closed_early(period: Period, whole: Period, now: dt.datetime) -> Period | None:
    """End a running period now, unless that was done before (then something of it is covered)."""
    return Period(period.start, now) if period.start <= whole.start else None


def _insert(rows: list[Row], now: dt.datetime) -> list[str]:
    parameters: dict[str, Any] = {
        "now": now,
        "subscriptions": [row.subscription for row in rows],
        "starts": [row.start for row in rows],
        "ends": [row.end for row in rows],
        "states": [str(row.state) for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)
        return [state for (state,) in cursor.fetchall()]
