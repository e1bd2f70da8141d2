"""Which moment “as of” means: the end of a day where the reader is, or a time with its offset. Read here and only here."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_BEGINNING: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
_END: Final = dt.datetime.max.replace(tzinfo=dt.UTC)
_LAST: Final = dt.timedelta(microseconds=1)  # times are kept to the microsecond, here and in the database


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment that has passed: as it is written in addresses, in UTC, and which day it was for the reader.

    `is_day` tells whether a whole day was asked for, and so its end is meant.
    """

    text: str
    moment: dt.datetime
    day: dt.date
    is_day: bool


@dataclass(frozen=True, slots=True)
class Between:
    """Two moments, the earlier one first."""

    since: AsOf
    until: AsOf


def parse(values: Sequence[str], *, now: dt.datetime, zone: dt.tzinfo, name: str = "as_of") -> AsOf | None:
    """Read the values of a parameter; None means now: no value, or the day that it is for the reader.

    Raises `Invalid` for what is neither a day nor a time with its offset, for the future, and for two values.
    """
    if not values:
        return None
    if len(values) > 1:
        raise Invalid(Problem("bad_parameter", _("This can be given once only."), name))
    found = _read(values[0].strip().replace(" ", "+"), zone)  # a plus sign that an address has turned into a space
    if found is None:
        text = _("This is neither a day like 2026-03-01 nor a time with its offset like 2026-03-01T09:30:00Z.")
        raise Invalid(Problem("bad_parameter", text, name))
    today = now.astimezone(zone).date()
    if found.is_day and found.day == today:
        return None
    if found.day > today or found.moment > now:
        raise Invalid(Problem("in_the_future", _not_come(is_day=found.is_day), name))
    return found


def written(moment: dt.datetime) -> str:
    """Write a moment for an address, the same for readers of all zones: 2026-03-01T09:30:00Z."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def between(since: Sequence[str], until: Sequence[str], *, now: dt.datetime, zone: dt.tzinfo) -> Between:
    """Read a pair of parameters, `since` and `until`; without them the last month until now is meant.

    Raises `Invalid` for what `parse` refuses, and for a first moment that is not before the last one.
    """
    today = now.astimezone(zone).date()
    present = AsOf(today.isoformat(), now, today, is_day=True)
    last = parse(until, now=now, zone=zone, name="until") or present
    month = month_before(last.day)
    first = (parse(since, now=now, zone=zone, name="since") or present) if since else _whole(month, zone)
    if first.moment >= last.moment:
        text = _("The first of the two moments has to come before the last one.")
        raise Invalid(Problem("bad_period", text, "since"))
    return Between(first, last)


def month_before(day: dt.date) -> dt.date:
    """Return the same day of the month before, or the last one that it has; the first day that there is, within its month."""
    if (day.year, day.month) == (dt.MINYEAR, 1):
        return dt.date.min
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def end_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return the last moment of a day somewhere, in UTC: the next day's beginning says when, on days of any length."""
    if day == dt.date.max:
        return _END
    beginning = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, zone)
    return beginning.astimezone(dt.UTC) - _LAST


def _whole(day: dt.date, zone: dt.tzinfo) -> AsOf:
    return AsOf(day.isoformat(), end_of(day, zone), day, is_day=True)


def _read(value: str, zone: dt.tzinfo) -> AsOf | None:
    try:
        if _DAY.fullmatch(value):
            return _whole(dt.date.fromisoformat(value), zone)
        if _TIME.fullmatch(value):
            return _time(value, dt.datetime.fromisoformat(value), zone)
    except ValueError:
        pass
    return None


def _time(value: str, moment: dt.datetime, zone: dt.tzinfo) -> AsOf:
    try:
        return AsOf(value, moment.astimezone(dt.UTC), moment.astimezone(zone).date(), is_day=False)
    except OverflowError:  # on the first or last day that there is in the calendar
        edge = _END if moment.year == dt.MAXYEAR else _BEGINNING
        return AsOf(value, edge, edge.date(), is_day=False)


def _not_come(*, is_day: bool) -> _StrPromise:
    if is_day:
        return _("This day has not come yet; give an earlier one, or leave it out for today.")
    return _("This time has not come yet; give an earlier one, or leave it out for now.")
