"""Progress over time as a chart: a column of statuses for each mark, on one scale for both ratings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from recommendations.rules import geometry
from recommendations.rules.calendar import Precision
from recommendations.rules.geometry import Tick
from recommendations.rules.series import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.reports.figures import Rating
    from recommendations.reports.series import Mark, Series
    from recommendations.rules.lifecycle import Kind, Status

WIDEST: Final = 8  # a course of fewer marks leaves room at its end, and does not become a few broad blocks
FILLED: Final = 0.8  # of the room of a column; what is left keeps it apart from the next one


@dataclass(frozen=True, slots=True)
class Piece:
    """One status in a column: coordinates from 0 to 100, from the top."""

    status: Status
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    """One mark: `x` and `width` of its column, its pieces from below."""

    x: str
    width: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """One rating over time. `ticks` are (count, coordinate), the highest first; `rows` are (day, rating) for the table."""

    kind: Kind
    columns: tuple[Column, ...]
    ticks: tuple[tuple[Decimal, str], ...]
    days: tuple[Tick, ...]
    rows: tuple[tuple[Mark, Rating], ...]


def of_series(series: Series) -> tuple[Columns, Columns]:
    """Lay out what reviewers found and what owners said."""
    scale = geometry.scale([Decimal(mark.total) for mark in series.marks], is_whole=True)
    slot = geometry.WHOLE / max(len(series.marks), WIDEST)
    ticks = tuple((tick, geometry.figure(scale.down(tick))) for tick in reversed(scale.ticks))
    precision = Precision.MONTH if series.step is Step.MONTH else Precision.DAY
    days = tuple(_tick(series.marks[index], precision, slot * (index + 0.5)) for index in _told(len(series.marks)))

    def columns(ratings: Sequence[Rating]) -> Columns:
        drawn = (_column(rating, slot * index, slot, int(scale.high)) for index, rating in enumerate(ratings))
        rows = tuple(zip(series.marks, ratings, strict=True))
        return Columns(ratings[0].kind, tuple(drawn), ticks, days, rows)

    return columns([mark.review for mark in series.marks]), columns([mark.report for mark in series.marks])


def _column(rating: Rating, x: float, slot: float, whole: int) -> Column:
    pieces = (
        Piece(part.status, geometry.figure(geometry.WHOLE - float(part.start) - float(part.width)), part.width)
        for part in geometry.stacked(rating.counts, whole)
    )
    return Column(geometry.figure(x + slot * (1 - FILLED) / 2), geometry.figure(slot * FILLED), tuple(pieces))


def _tick(mark: Mark, precision: Precision, at: float) -> Tick:
    return Tick(mark.day, precision, geometry.figure(at), geometry.anchor(at))


def _told(count: int) -> list[int]:
    """Return which marks are written under the chart: the last one, and evenly back from it."""
    stride = -(-count // geometry.LABELS)
    return list(range(count - 1, -1, -stride))[::-1]
