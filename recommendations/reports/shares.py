"""Counts of one whole as bars: delivery, freshness, and how the two ratings of an item differ. Each says of how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommendations.rules import geometry
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import DESCENDING

if TYPE_CHECKING:
    from django.db.models.enums import TextChoices

    from recommendations.reports.figures import Figures


@dataclass(frozen=True, slots=True)
class Share:
    """So many of a whole have this value (or this pair of values); `query` asks a list for them."""

    values: tuple[TextChoices, ...]
    count: int
    total: int
    query: str

    @property
    def width(self) -> str:
        """How long its bar is, from 0 to 100."""
        return geometry.share(self.count, self.total)


def delivery(figures: Figures) -> list[Share]:
    """Return how many of all are on time and how many are not; the most pressing first."""
    pressing = (Delivery.OVERDUE, Delivery.DUE_SOON, Delivery.NOT_DUE, Delivery.DONE, Delivery.NO_TARGET)
    return [_share("delivery", value, figures.delivery, figures.total) for value in pressing]


def freshness(figures: Figures) -> list[Share]:
    """Return how many of all were last looked at when."""
    return [_share("freshness", value, figures.freshness, figures.total) for value in Freshness]


def pairs(figures: Figures) -> list[Share]:
    """Return which pairs of ratings (reported, reviewed) there are among those rated by both, and how many of each.

    First those that differ, the most frequent first; then those that agree.
    """
    places = {status: place for place, status in enumerate(DESCENDING)}
    shares = [
        Share(pair, count, figures.both, f"reported_status={pair[0]}&verified_status={pair[1]}")
        for pair, count in figures.pairs.items()
    ]
    return sorted(shares, key=lambda s: (s.values[0] == s.values[1], -s.count, [places[v] for v in s.values]))  # type: ignore[index]


def _share(name: str, value: TextChoices, counts: dict[str, int], total: int) -> Share:
    return Share((value,), counts.get(value, 0), total, f"{name}={value}")
