"""Where the parts of charts stand: coordinates from 0 to 100, scales with round ticks. Arithmetic only; see templatetags/charts.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

from recommendations.rules.calendar import Precision
from recommendations.rules.lifecycle import DESCENDING, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WHOLE: Final = 100.0
TICKS: Final = 5  # at most so many steps on a scale of values
LABELS: Final = 6  # at most so many days are written under a scale of days
EDGE: Final = 8.0  # what is written nearer to the end of a scale than this stands within it, and not across its end
_ROUND: Final = (Decimal(1), Decimal(2), Decimal(5))
_STEPS: Final = (  # in days, months or years
    *((Precision.DAY, days) for days in (1, 2, 7, 14)),
    *((Precision.MONTH, months) for months in (1, 2, 3, 6)),
    *((Precision.YEAR, years) for years in (1, 2, 5, 10, 20, 50, 100, 1000, 5000)),
)
_MONTHS: Final = 12


def figure(value: float) -> str:
    """Write a coordinate as SVG wants it in every language: with a dot, and no more digits than one can see."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Part:
    """One status in a bar: `start` and `width` are coordinates from 0 to 100."""

    status: Status
    count: int
    start: str
    width: str


def stacked(counts: Mapping[Status, int], whole: int = 0) -> tuple[Part, ...]:
    """Lay statuses side by side, in the order of the vocabulary from implemented down; none for an empty whole.

    They fill the bar, or such a part of it as they are of a larger `whole`.
    """
    total = max(sum(counts.values()), whole)
    parts, start = [], 0.0
    for status in DESCENDING:
        if count := counts.get(status, 0):
            width = WHOLE * count / total
            parts.append(Part(status, count, figure(start), figure(width)))
            start += width
    return tuple(parts)


def share(count: int, whole: int) -> str:
    """Return how long a bar is that shows so many of a whole."""
    return figure(WHOLE * count / whole) if whole else "0"


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of values from `low` to `high`, both of them ticks; the ticks are evenly apart."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]

    def across(self, value: Decimal) -> float:
        """Return how far from the low end a value is, from 0 to 100."""
        return float((value - self.low) / (self.high - self.low)) * WHOLE

    def down(self, value: Decimal) -> float:
        """Return how far from the upper end a value is: SVG counts from the top."""
        return WHOLE - self.across(value)


def scale(values: Iterable[Decimal], *, is_whole: bool = False) -> Scale:
    """Make a scale that holds zero and all values, with round ticks: at most `TICKS` steps. `is_whole` for counts."""
    ends = [Decimal(0), *values]
    low, high = min(ends), max(ends)
    high = high if high > low else Decimal(1)
    step = _step((high - low) / TICKS, is_whole=is_whole)
    first, last = (low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING)
    ticks = tuple(step * number for number in range(int(first), int(last) + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _step(least: Decimal, *, is_whole: bool) -> Decimal:
    """Return the smallest round step that is not below `least`: 1, 2 or 5 of a power of ten."""
    power = Decimal(10) ** least.adjusted()
    found = next(step for step in (*(power * figure for figure in _ROUND), power * 10) if step >= least)
    return max(found, Decimal(1)) if is_whole else found


@dataclass(frozen=True, slots=True)
class Tick:
    """A day under a scale of days: where it stands, to which precision it is to be written, and which way it is aligned."""

    day: dt.date
    precision: Precision
    at: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Days:
    """A scale of days; equal times are equally long."""

    first: dt.date
    last: dt.date

    def across(self, day: float) -> float:
        """Return how far from the first day the day of this ordinal is, from 0 to 100; halves of days count."""
        span = self.last.toordinal() - self.first.toordinal()
        return WHOLE * (day - self.first.toordinal()) / span if span else WHOLE / 2

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The beginnings of years, months or days within it, at most `LABELS` of them; the first day if there is none."""
        tried = ((precision, self._beginnings(precision, count)) for precision, count in _STEPS)
        fitting = ((precision, some) for precision, days in tried if len(some := [*islice(days, LABELS + 1)]) <= LABELS)
        precision, days = next(fitting)
        return tuple(self._tick(day, precision) for day in days) or (self._tick(self.first, Precision.DAY),)

    def _beginnings(self, precision: Precision, count: int) -> Iterator[dt.date]:
        if precision is Precision.DAY:
            yield from (self.first + dt.timedelta(days=n) for n in range(0, (self.last - self.first).days + 1, count))
            return
        months = count * (_MONTHS if precision is Precision.YEAR else 1)
        number = self.first.year * _MONTHS + self.first.month - 1
        for month in range(number - number % months, self.last.year * _MONTHS + self.last.month, months):
            if month >= _MONTHS and (day := dt.date(month // _MONTHS, month % _MONTHS + 1, 1)) >= self.first:
                yield day

    def _tick(self, day: dt.date, precision: Precision) -> Tick:
        at = self.across(day.toordinal())
        return Tick(day, precision, figure(at), anchor(at))


def anchor(at: float) -> str:
    """Return how words under a scale are aligned to their place, so that none reach over its ends."""
    return "start" if at < EDGE else "end" if at > WHOLE - EDGE else "middle"
