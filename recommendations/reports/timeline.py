"""Target dates and milestones as a drawing: a lane for each recommendation, months from left to right. Figures for a template."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recommendations.rules.geometry import figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.utils.functional import _StrPromise

    from recommendations.rules.calendar import Delivery, MilestoneState

WIDTH: Final = 1000  # of the drawing, in units of its own; the template gives the rest the same ones
LEFT: Final = 290  # where the lanes' names end
RIGHT: Final = 20
TOP: Final = 40  # for the months
LANE: Final = 26
MOST_TICKS: Final = 13
_STEPS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000)  # months between two ticks


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on a lane: of what kind (target or milestone), called what, in which state."""

    day: dt.date
    kind: str
    title: str | _StrPromise
    state: Delivery | MilestoneState
    x: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A recommendation and its days, in their order. `top` and `middle` are coordinates."""

    reference: str
    title: str
    status: str
    marks: tuple[Mark, ...]
    top: str = ""
    middle: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The lanes of one group, under its name."""

    name: str
    lanes: tuple[Lane, ...]
    middle: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month, and where it is."""

    day: dt.date
    x: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing, `WIDTH` units wide."""

    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]
    today: str
    height: int


def timeline(groups: Iterable[tuple[str, Sequence[Lane]]], today: dt.date) -> Timeline | None:
    """Lay out the lanes that have a day, in their groups, by month, today among them; None when none has."""
    groups = [(name, some) for name, lanes in groups if (some := [lane for lane in lanes if lane.marks])]
    days = [mark.day for _name, lanes in groups for lane in lanes for mark in lane.marks]
    if not days:
        return None
    scale = _Scale(min([*days, today]), max([*days, today]))
    bands, y = [], TOP
    for name, lanes in groups:
        laid = tuple(_laid(lane, scale, y + LANE * number) for number, lane in enumerate(lanes, 1))
        bands.append(Band(name, laid, figure(y + LANE / 2)))
        y += LANE * (len(lanes) + 1)
    return Timeline(tuple(bands), tuple(scale.ticks()), scale.x(today), y + LANE // 2)


def _laid(lane: Lane, scale: _Scale, top: int) -> Lane:
    marks = tuple(replace(mark, x=scale.x(mark.day)) for mark in lane.marks)
    return replace(lane, marks=marks, top=figure(top), middle=figure(top + LANE / 2), start=marks[0].x, end=marks[-1].x)


class _Scale:
    """Places days between the first of a month and the first of a later one."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        months = _number(last) - _number(first) + 1
        self._step = next(step for step in _STEPS if months / step < MOST_TICKS)
        self._first = _number(first) // self._step * self._step
        self._last = -(-(_number(last) + 1) // self._step) * self._step
        self._start, self._end = _begin(self._first), _begin(self._last)

    def x(self, day: dt.date) -> str:
        share = (day - self._start) / (self._end - self._start)
        return figure(LEFT + share * (WIDTH - LEFT - RIGHT))

    def ticks(self) -> Iterator[Tick]:
        for number in range(self._first, self._last, self._step):
            yield Tick(_begin(number), self.x(_begin(number)))


def _number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _begin(number: int) -> dt.date:
    """Return the first day of a month; the calendar's own ends for those beyond it."""
    if number < _number(dt.date.min):
        return dt.date.min
    return dt.date(number // 12, number % 12 + 1, 1) if number <= _number(dt.date.max) else dt.date.max
