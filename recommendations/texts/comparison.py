"""Two texts of a document side by side: which paragraphs came, went, moved or were changed, and in which words."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeAlias

from recommendations.texts.folding import fold_text
from recommendations.texts.reading import Paragraph

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_TOKENS: Final = 4000
"""Longer paragraphs are shown as gone and come: comparing their words would take too long."""
_LEAST_LIKENESS: Final = 0.4
_MOST_PARAGRAPHS: Final = 2000
"""In longer documents paragraphs that come often do not serve to align the rest."""
_Step: TypeAlias = tuple[str, int, int, int, int]


class Change(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a paragraph: ``kind`` is "same", "added" or "removed"."""

    kind: Change
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph with its number before and after (None where it is not), and its words."""

    change: Change
    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]


def compare(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Difference]:
    """Give the paragraphs of both texts in order. White space, case and the shape of quotes make no difference."""
    ours, theirs = [fold_text(one.text) for one in before], [fold_text(one.text) for one in after]
    is_long = max(len(ours), len(theirs)) > _MOST_PARAGRAPHS
    steps = SequenceMatcher(None, ours, theirs, autojunk=is_long).get_opcodes()
    moved = _moved(ours, theirs, steps)
    elsewhere = frozenset(moved.values())
    for what, a_start, a_end, b_start, b_end in steps:
        if what == "equal":
            for one, other in zip(before[a_start:a_end], after[b_start:b_end], strict=True):
                yield _unchanged(Change.SAME, one, other)
            continue
        gone = iter([before[at] for at in range(a_start, a_end) if at not in elsewhere])
        for at in range(b_start, b_end):
            if at in moved:
                yield _unchanged(Change.MOVED, before[moved[at]], after[at])
            else:
                yield from _changed(next(gone, None), after[at])
        for one in gone:
            yield from _changed(one, None)


def _moved(ours: Sequence[str], theirs: Sequence[str], steps: Sequence[_Step]) -> dict[int, int]:
    """Return where each paragraph stood before that left its place and came up at another one with the same words."""
    gone: dict[str, list[int]] = defaultdict(list)
    for what, a_start, a_end, _b_start, _b_end in steps:
        if what != "equal":
            for at in range(a_start, a_end):
                gone[ours[at]].append(at)
    come = (at for what, _a, _b, start, end in steps if what != "equal" for at in range(start, end))
    return {at: gone[theirs[at]].pop(0) for at in come if gone.get(theirs[at])}


def _unchanged(change: Change, one: Paragraph, other: Paragraph) -> Difference:
    return Difference(change, one.number, other.number, (Piece(Change.SAME, other.text),))


def _changed(gone: Paragraph | None, come: Paragraph | None) -> Iterator[Difference]:
    if gone is not None and come is not None:
        pieces = tuple(words(gone.text, come.text))
        if sum(len(piece.text) for piece in pieces if piece.kind is Change.SAME) >= _LEAST_LIKENESS * len(come.text):
            yield Difference(Change.CHANGED, gone.number, come.number, pieces)
            return
    if gone is not None:
        yield Difference(Change.REMOVED, gone.number, None, (Piece(Change.REMOVED, gone.text),))
    if come is not None:
        yield Difference(Change.ADDED, None, come.number, (Piece(Change.ADDED, come.text),))


def words(before: str, after: str) -> Iterator[Piece]:
    """Give the words of two texts: those in common, those gone and those come."""
    ours, theirs = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(ours), len(theirs)) > _MOST_TOKENS:
        yield from (Piece(Change.REMOVED, before), Piece(Change.ADDED, after))
        return
    for what, a_start, a_end, b_start, b_end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece(Change.SAME, "".join(theirs[b_start:b_end]))
            continue
        if a_end > a_start:
            yield Piece(Change.REMOVED, "".join(ours[a_start:a_end]))
        if b_end > b_start:
            yield Piece(Change.ADDED, "".join(theirs[b_start:b_end]))
