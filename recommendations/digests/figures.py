"""The chart of a digest in words and widths: the two ratings side by side, each number with what it is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from recommendations.digests.wording import Mark, mark
from recommendations.rules.lifecycle import DESCENDING, Kind, Status

if TYPE_CHECKING:
    from recommendations.digests.compose import Chart

LONGEST: Final = 78  # per cent of a cell: the number stands beside the bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One number; `width` is in per cent of the cell, on one scale for the whole chart, and `rest` what is left of it."""

    count: int
    width: int

    @property
    def rest(self) -> int:
        """What the bar leaves of the cell."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class Row:
    """One status: how many have it, reviewed and self-reported."""

    mark: Mark
    bars: tuple[Bar, Bar]


@dataclass(frozen=True, slots=True)
class Rating:
    """One kind of rating: its name, how many have one, and how many of them are implemented."""

    heading: str
    assessed: str
    share: str


@dataclass(frozen=True, slots=True)
class Figures:
    """A chart; no rows when there is nothing to count."""

    ratings: tuple[Rating, Rating]
    rows: list[Row]


def figures(chart: Chart) -> Figures:
    """Lay a chart out, statuses that nothing has left out."""
    review, report = chart.counts[Kind.REVIEW], chart.counts[Kind.SELF]
    most = max([*review.values(), *report.values(), 1])
    rows = [
        Row(mark(status), (_bar(review[status], most), _bar(report[status], most)))
        for status in DESCENDING
        if review[status] or report[status]
    ]
    return Figures((_rating(chart, Kind.REVIEW), _rating(chart, Kind.SELF)), rows)


def _bar(count: int, most: int) -> Bar:
    """Return a bar as long as the count; what there is one of is seen."""
    return Bar(count, max(round(LONGEST * count / most), 2) if count else 0)


def _rating(chart: Chart, kind: Kind) -> Rating:
    said = {
        "implemented": chart.counts[kind][Status.IMPLEMENTED],
        "assessed": chart.assessed(kind),
        "total": chart.total,
    }
    if kind is Kind.REVIEW:
        share = _("Reviewed as implemented: %(implemented)s of %(assessed)s assessed, of %(total)s.")
    else:
        share = _("Self-reported as implemented: %(implemented)s of %(assessed)s assessed, of %(total)s.")
    return Rating(str(kind.label), _("%(assessed)s of %(total)s assessed") % said, share % said)
