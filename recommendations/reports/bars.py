"""Bars of charts as figures for a template: where each part begins and how long it is, in per cent of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommendations.rules.lifecycle import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE: Final = 100.0


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


def stacked(counts: Mapping[Status, int]) -> tuple[Part, ...]:
    """Lay statuses side by side, in the order of the vocabulary from implemented down; none for an empty whole."""
    total = sum(counts.values())
    parts, start = [], 0.0
    for status in ORDER:
        if count := counts.get(status, 0):
            width = WHOLE * count / total
            parts.append(Part(status, count, figure(start), figure(width)))
            start += width
    return tuple(parts)


ORDER: Final = (
    Status.IMPLEMENTED,
    Status.MOSTLY,
    Status.PARTLY,
    Status.IN_PREPARATION,
    Status.NO_ACTION,
    Status.REVERSED,
    Status.OVERTAKEN,
    Status.NOT_ASSESSED,
)
