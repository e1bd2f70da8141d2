"""Selectors of a passage as the W3C Web Annotation Data Model has them: its quote (4.2.4) and its place (4.2.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from recommendations.texts.reading import Reading

CONTEXT: Final = 64
"""Characters of prefix and suffix; doubled while the quote stands more than once with the same surroundings."""
LONGEST_CONTEXT: Final = 2048
_MOST_COPIES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Selectors:
    """A quote with its surroundings, its place in characters, and the number of its paragraph."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    paragraph: int

    def as_w3c(self) -> list[dict[str, Any]]:
        """Give the two selectors as they stand in an annotation's target."""
        return [
            {"type": "TextQuoteSelector", "exact": self.exact, "prefix": self.prefix, "suffix": self.suffix},
            {"type": "TextPositionSelector", "start": self.start, "end": self.end},
        ]

    def closeness(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Rank a place in ``text``: first by how much of the surroundings is the same, then by nearness to the old place."""
        before = _common_length(self.prefix[::-1], text[max(0, start - len(self.prefix)) : start][::-1])
        after = _common_length(self.suffix, text[end : end + len(self.suffix)])
        return before + after, -abs(start - self.start)


def select(reading: Reading, start: int, end: int) -> Selectors:
    """Make the selectors of ``reading.text[start:end]``, with as much context as tells it from its copies."""
    text, width = reading.text, CONTEXT
    exact = text[start:end]
    others = [at for at in copies(text, exact) if at != start]
    while True:
        prefix, suffix = text[max(0, start - width) : start], text[end : end + width]
        others = [at for at in others if _stands_between(text, at, len(exact), prefix, suffix)]
        if not others or width >= LONGEST_CONTEXT:
            return Selectors(exact, prefix, suffix, start, end, reading.paragraph_at(start).number)
        width *= 2


def quoted(text: str, exact: str, prefix: str = "", suffix: str = "") -> list[int]:
    """Give where ``exact`` stands in ``text`` between ``prefix`` and ``suffix``."""
    return [at for at in copies(text, exact) if _stands_between(text, at, len(exact), prefix, suffix)]


def copies(text: str, exact: str) -> Iterator[int]:
    """Give where ``exact`` stands in ``text``, one after the other without overlap (10,000 at most)."""
    return islice(_every(text, exact), _MOST_COPIES)


def _every(text: str, exact: str) -> Iterator[int]:
    at = text.find(exact) if exact else -1
    while at >= 0:
        yield at
        at = text.find(exact, at + len(exact))


def _stands_between(text: str, at: int, length: int, prefix: str, suffix: str) -> bool:
    return text.endswith(prefix, 0, at) and text.startswith(suffix, at + length)


def _common_length(one: str, other: str) -> int:
    """Give the length of the common beginning, by halving: surroundings may be long and copies many."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[:middle]):
            low = middle
        else:
            high = middle - 1
    return low
