"""The two ratings of a group of recommendations as `charts/_groups.html` draws them: each count in words, with its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.http import urlencode

from recommendations.rules.lifecycle import DESCENDING, Kind

if TYPE_CHECKING:
    from recommendations.reports.figures import Rating, ThemeFigures
    from recommendations.rules.geometry import Part
    from recommendations.web.labels import Words

    Group = tuple[str, str, list["Rated"]]

FILTERS: Final = {Kind.REVIEW: "verified_status", Kind.SELF: "reported_status"}
STATUSES: Final = tuple((status.value, status.label) for status in DESCENDING)


@dataclass(frozen=True, slots=True)
class Rated:
    """One kind of rating of some recommendations: `cells` are (status, label, count, address) in the vocabulary's order."""

    kind: Kind
    label: Words
    assessed: int
    total: int
    parts: tuple[Part, ...]
    cells: tuple[tuple[str, Words, int, str], ...]


def group(theme: ThemeFigures) -> Group:
    """Return a theme's name, its list, and its two ratings, each count with the list behind it."""
    address = f"{reverse('recommendations')}?{urlencode({'theme': theme.slug})}"
    return theme.name, address, [_rated(rating, address) for rating in theme.ratings]


def _rated(rating: Rating, address: str) -> Rated:
    cells = tuple(
        (status.value, status.label, count, f"{address}&{FILTERS[rating.kind]}={status.value}")
        for status, count in rating.row
    )
    return Rated(rating.kind, rating.label, rating.assessed, rating.total, rating.parts, cells)
