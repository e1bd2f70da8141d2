"""Where a passage stands: from a hint to selectors, and from those to another edition of the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from recommendations.texts import folding, likeness
from recommendations.texts.kinds import ParagraphKind
from recommendations.texts.reading import Paragraph, Reading
from recommendations.texts.selectors import Selectors, copies, select

LEAST_SIMILARITY: Final = 0.6
"""Below this share of common text a passage counts as lost, not as altered."""
_LEAST_DIFFERENCE: Final = 0.0001
_RANK: Final = {ParagraphKind.REPEAT: 1, ParagraphKind.CHROME: 2}


class AnchorState(StrEnum):
    """What became of a passage in the newest text of its source."""

    ANCHORED = "anchored"
    MOVED = "moved"
    ALTERED = "altered"
    LOST = "lost"


class NotFound(ValueError):
    """A hint that leads nowhere in the document: ``detail`` says which part of it and what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Hint:
    """What the catalogue says of a passage's place; ``first`` and ``last`` are a few words each."""

    first: str
    last: str
    paragraph: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What became of a passage: ``similarity`` is 1.0 for the same words; ``selectors`` is None when it is lost."""

    state: AnchorState
    selectors: Selectors | None
    similarity: float


def locate(hint: Hint, reading: Reading) -> Selectors:
    """Find the passage that ``hint`` means; raise ``NotFound``.

    The numbered paragraph is asked first. A copy of the document may have lost its chrome, so that numbers differ: then
    the hint's section is searched, then the whole, and the nearest number wins; body goes before repeats and chrome.
    """
    first, last = folding.fold_text(hint.first), folding.fold_text(hint.last)
    for paragraph in _candidates(hint, reading):
        span = _between(reading.folded[paragraph.number - 1], first, last)
        if span is not None:
            return select(reading, *span)
    raise NotFound(_why_not(hint, reading))


def reanchor(selectors: Selectors, reading: Reading) -> Anchoring:
    """Tell what became of a passage in another edition of its document.

    The same words in the paragraph of the same number are *anchored*, in another paragraph *moved*; words that are
    nearly the same (``LEAST_SIMILARITY``) are *altered*, with the new quote; else the passage is *lost*.
    """
    places = set(copies(reading.text, selectors.exact))
    if reading.text.startswith(selectors.exact, selectors.start):
        places.add(selectors.start)
    if places:
        spans = [(at, at + len(selectors.exact)) for at in sorted(places)]
        start, end = max(spans, key=lambda span: selectors.closeness(reading.text, *span))
        return _unchanged(selectors, select(reading, start, end))
    match = likeness.closest(selectors, reading)
    if match is None or match.similarity < LEAST_SIMILARITY:
        return Anchoring(AnchorState.LOST, None, round(match.similarity, 4) if match else 0.0)
    placed = select(reading, match.start, match.end)
    if placed.exact.split() == selectors.exact.split():
        # Only its lines were broken elsewhere.
        return _unchanged(selectors, placed)
    return Anchoring(AnchorState.ALTERED, placed, round(min(match.similarity, 1 - _LEAST_DIFFERENCE), 4))


def _unchanged(before: Selectors, now: Selectors) -> Anchoring:
    same_place = before.paragraph == now.paragraph
    return Anchoring(AnchorState.ANCHORED if same_place else AnchorState.MOVED, now, 1.0)


def _candidates(hint: Hint, reading: Reading) -> Iterator[Paragraph]:
    numbered = reading.paragraph(hint.paragraph or 0)
    if numbered is not None:
        yield numbered
    section = folding.fold_text(hint.section)

    def rank(paragraph: Paragraph) -> tuple[bool, int, int]:
        elsewhere = bool(section) and folding.fold_text(paragraph.section) != section
        distance = abs(paragraph.number - hint.paragraph) if hint.paragraph else paragraph.number
        return elsewhere, _RANK.get(paragraph.kind, 0), distance

    yield from sorted((other for other in reading.paragraphs if other is not numbered), key=rank)


def _between(paragraph: folding.Folded, first: str, last: str) -> tuple[int, int] | None:
    """Give the span from ``first`` to the nearest ``last`` that does not end before it does."""
    start = paragraph.find(first)
    if start < 0:
        return None
    end = paragraph.find(last, max(start, start + len(first) - len(last)))
    if end < 0:
        return None
    return paragraph.origin(start), paragraph.origin(end + len(last) - 1) + 1


def _why_not(hint: Hint, reading: Reading) -> str:
    first = folding.fold_text(hint.first)
    holding = [
        paragraph.number
        for paragraph, folded in zip(reading.paragraphs, reading.folded, strict=True)
        if folded.find(first) >= 0
    ]
    if not holding:
        detail = _("No paragraph holds the words “%(first)s”. Check the hint's first words against the text.")
        return detail % {"first": hint.first}
    detail = _(
        "Paragraph %(number)d holds “%(first)s”, but no paragraph holds “%(last)s” after it. Check the hint's last words against the text."
    )
    return detail % {"number": holding[0], "first": hint.first, "last": hint.last}
