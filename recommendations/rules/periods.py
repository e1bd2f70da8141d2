"""Periods of digests: which one ended last, which ones were missed. Arithmetic only; every moment is passed in.

A period runs from one boundary to the next. A boundary is a wall-clock hour in the person's time zone: every day, every
week on a weekday, or on the first of every month. Where a clock is put forward over that hour, the boundary is the moment
at which the old clock would have shown it; where an hour comes twice, it is the first of the two. So periods tile time.
"""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MISSED: Final = 31  # rows that one subscription gets after a long stop; the oldest of them covers all before it
LONGEST_GAP: Final = dt.timedelta(days=31)  # a longer time without a digest is not made up for in the next one


class Cadence(TextChoices):
    """How often a digest comes. Hourly is for what concerns oneself, and only when there is something: it has no calendar, so nothing here takes it."""

    HOURLY = "hourly", pgettext_lazy("cadence", "At most hourly")
    DAILY = "daily", pgettext_lazy("cadence", "Daily")
    WEEKLY = "weekly", pgettext_lazy("cadence", "Weekly")
    MONTHLY = "monthly", pgettext_lazy("cadence", "Monthly")


_OF_CALENDAR: Final = frozenset({Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY})


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When digests are due: weekday 0–6 counts for weekly ones, hour 0–23 of the zone for all."""

    cadence: str
    weekday: int
    hour: int
    zone: zoneinfo.ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end), both aware moments in UTC."""

    start: dt.datetime
    end: dt.datetime


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone of this name; a name that is not (or no longer) known counts as UTC."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")


def latest(rhythm: Rhythm, moment: dt.datetime) -> Period:
    """Return the newest period that has ended at `moment` (a period ends at its end, not a moment later)."""
    return next(_back(rhythm, moment))


def following(rhythm: Rhythm, moment: dt.datetime) -> Period:
    """Return the period that is running at `moment`: the next one to end."""
    start = latest(rhythm, moment).end
    day = _anchor(rhythm, start.astimezone(rhythm.zone).date())
    while (end := _boundary(rhythm, day)) <= start:
        day = _step(rhythm, day)
    return Period(start, end)


def due(
    rhythm: Rhythm, moment: dt.datetime, *, since: dt.datetime, covered: dt.datetime | None
) -> tuple[Period | None, list[Period]]:
    """Return the period to send at `moment`, if any, and the older ones that were missed (oldest first).

    `since` is when the subscription began, was resumed or got another rhythm: nothing that ended before it is due.
    `covered` is the end of the newest period that has a row: what follows begins there, so that after a change of rhythm
    nothing is told twice or left out.
    """
    floor = max(since, covered or since)
    ended = itertools.takewhile(lambda period: period.end > floor, _back(rhythm, moment))
    found = list(itertools.islice(ended, MOST_MISSED + 1))[::-1]
    if not found:
        return None, []
    if covered is not None and (
        covered > found[0].start or len(found) > MOST_MISSED or found[0].start - covered <= LONGEST_GAP
    ):
        found[0] = Period(covered, found[0].end)
    return found[-1], found[:-1]


def _back(rhythm: Rhythm, moment: dt.datetime) -> Iterator[Period]:
    """Walk from the newest ended period into the past."""
    day = _anchor(rhythm, moment.astimezone(rhythm.zone).date() + dt.timedelta(days=1))
    boundaries = (_boundary(rhythm, d) for d in _days_back(rhythm, day))
    apart = (
        boundary for boundary, _same in itertools.groupby(boundaries)
    )  # a day that a zone skips ends with the next
    ended = itertools.dropwhile(lambda boundary: boundary > moment, apart)
    return (Period(start, end) for end, start in itertools.pairwise(ended))


def _days_back(rhythm: Rhythm, day: dt.date) -> Iterator[dt.date]:
    while True:
        yield day
        day = _anchor(rhythm, day - dt.timedelta(days=1))


def _anchor(rhythm: Rhythm, day: dt.date) -> dt.date:
    """Return the last day with a boundary that is not after `day`. Raises ValueError for what has no calendar."""
    if rhythm.cadence not in _OF_CALENDAR:
        raise ValueError(f"{rhythm.cadence} has no calendar")
    if rhythm.cadence == Cadence.WEEKLY:
        return day - dt.timedelta(days=(day.weekday() - rhythm.weekday) % 7)
    return day.replace(day=1) if rhythm.cadence == Cadence.MONTHLY else day


def _step(rhythm: Rhythm, day: dt.date) -> dt.date:
    """Return the first day with a boundary after `day`."""
    if rhythm.cadence == Cadence.WEEKLY:
        return _anchor(rhythm, day + dt.timedelta(days=7))
    if rhythm.cadence == Cadence.MONTHLY:
        return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    return day + dt.timedelta(days=1)


def _boundary(rhythm: Rhythm, day: dt.date) -> dt.datetime:
    # fold=0: of a doubled hour the first; a skipped hour is read by the offset before the leap
    wall = dt.datetime.combine(day, dt.time(rhythm.hour), tzinfo=rhythm.zone)
    return wall.astimezone(dt.UTC)
