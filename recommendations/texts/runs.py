"""Cutting a stretch of text where highlighted spans begin and end, so that overlapping ones can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `start` to `end`, and which spans (by index) cover them, the shortest first; `begins`: start here."""

    start: int
    end: int
    covered_by: tuple[int, ...]
    begins: tuple[int, ...]


def cut(start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[Run]:
    """Cut `start` to `end` into runs that every span covers whole or not at all; spans may reach beyond either end.

    A span that began before `start` (it runs over several paragraphs) begins in no run.
    """
    inside = [index for index, (first, last) in enumerate(spans) if first < end and last > start]
    edges = sorted({start, end} | {edge for index in inside for edge in spans[index] if start < edge < end})
    by_length = sorted(inside, key=lambda index: (spans[index][1] - spans[index][0], index))
    return [
        Run(
            first,
            last,
            tuple(index for index in by_length if spans[index][0] <= first and last <= spans[index][1]),
            # The longest comes first, as one reads: the outer before the inner.
            tuple(index for index in reversed(by_length) if spans[index][0] == first),
        )
        for first, last in pairwise(edges)
    ]
