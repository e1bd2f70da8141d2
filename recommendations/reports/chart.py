"""An indicator as a chart, with lines for baseline and target: a bar for each period, or a line through all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from recommendations.rules import geometry
from recommendations.rules.geometry import Days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models import Indicator, Observation
    from recommendations.rules.geometry import Tick

THIN: Final = 0.5  # so that a value of zero is still seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One observation: its bar as coordinates from 0 to 100; a range floats from its lower to its upper value."""

    observation: Observation
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Chart:
    """An indicator's observations, oldest first, on one scale. `zero`, `baseline` and `target` are coordinates or ""."""

    indicator: Indicator
    rows: tuple[Bar, ...]
    zero: str
    baseline: str
    target: str

    @property
    def observations(self) -> list[Observation]:
        """The observations alone, oldest first."""
        return [row.observation for row in self.rows]


def of_indicator(indicator: Indicator, observations: Sequence[Observation]) -> Chart:
    """Lay an indicator out; the scale always holds zero, and 100 for shares, so that lengths can be compared."""
    marks = [mark for mark in (indicator.baseline, indicator.target) if mark is not None]
    values = [value for o in observations for value in (o.value, o.value_high) if value is not None]
    ends = [Decimal(0), Decimal(100) if indicator.unit_en.startswith("%") else Decimal(0), *values, *marks]
    low, high = min(ends), max(ends)
    span = (high - low) or Decimal(1)

    def place(value: Decimal) -> float:
        return float((value - low) / span) * geometry.WHOLE

    def bar(o: Observation) -> Bar:
        first, last = sorted((place(o.value), place(o.value_high if o.value_high is not None else Decimal(0))))
        return Bar(o, geometry.figure(first), geometry.figure(max(last - first, THIN)))

    def line(mark: Decimal | None) -> str:
        return "" if mark is None else geometry.figure(place(mark))

    return Chart(
        indicator, tuple(map(bar, observations)), line(Decimal(0)), line(indicator.baseline), line(indicator.target)
    )


@dataclass(frozen=True, slots=True)
class Point:
    """One observation: `x` and `y` are coordinates from 0 to 100, from the left and from the top, in the middle of its
    period; `high` is that of the upper value of a range, or "".
    """

    observation: Observation
    x: str
    y: str
    high: str


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator over time, oldest first. `ticks` are (value, coordinate), the highest first; `baseline` and `target` are
    coordinates or "". A line joins the lower values of ranges, and each range stands on it.
    """

    indicator: Indicator
    points: tuple[Point, ...]
    ticks: tuple[tuple[Decimal, str], ...]
    days: tuple[Tick, ...]
    baseline: str
    target: str

    @property
    def segments(self) -> tuple[tuple[Point, Point], ...]:
        """What the line is made of: each point with the next one."""
        return tuple(pairwise(self.points))


def line_of(indicator: Indicator, observations: Sequence[Observation]) -> Line:
    """Lay an indicator out over time. The scale of values always holds zero; that of time is as long as the periods are."""
    marks = [mark for mark in (indicator.baseline, indicator.target) if mark is not None]
    values = [value for o in observations for value in (o.value, o.value_high) if value is not None]
    scale = geometry.scale([*values, *marks])
    ends = [day for o in observations for day in (o.period_start, o.period_end)] or [dt.date.min]
    days = Days(min(ends), max(ends))

    def down(value: Decimal | None) -> str:
        return "" if value is None else geometry.figure(scale.down(value))

    def point(o: Observation) -> Point:
        middle = (o.period_start.toordinal() + o.period_end.toordinal()) / 2
        return Point(o, geometry.figure(days.across(middle)), down(o.value), down(o.value_high))

    return Line(
        indicator,
        tuple(map(point, observations)),
        tuple((tick, down(tick)) for tick in reversed(scale.ticks)),
        days.ticks if observations else (),
        down(indicator.baseline),
        down(indicator.target),
    )
