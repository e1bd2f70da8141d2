"""The article the catalogue is about when it is at hand, and a text in our own words that can stand in for it."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from recommendations.texts.anchoring import Hint

_PLACES = [folder / "shared" / "source" / "article.txt" for folder in Path(__file__).resolve().parents]
PATH = next((place for place in _PLACES if place.is_file()), None)


def stand_in(hints: Iterable[Hint], paragraphs: int = 46) -> bytes:
    """Write a text in which each hint finds its paragraph, its first and its last words."""
    wanted: dict[int, list[Hint]] = defaultdict(list)
    for hint in hints:
        wanted[hint.paragraph or 1].append(hint)
    return "\n\n".join(_paragraph(number, wanted[number]) for number in range(1, paragraphs + 1)).encode()


def _paragraph(number: int, hints: list[Hint]) -> str:
    opening = (
        f"This is the paragraph of number {number}, written for a test in words of its own, {number * 37} times over."
    )
    return " ".join(
        [opening, *(f"Here, {hint.first} and so forth {number} {hint.last}; so it ends." for hint in hints)]
    )
