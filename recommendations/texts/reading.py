"""The paragraphs of a document: numbered, each with its place, its kind and the section it stands in."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from recommendations.texts import decoding, kinds
from recommendations.texts.folding import Folded, Words, fold, split_words
from recommendations.texts.kinds import ParagraphKind

_GAP: Final = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_WORD: Final = re.compile(r"\w+")
_SHINGLE: Final = 3
_SHORTEST_REPEAT: Final = 8
_LEAST_LIKENESS: Final = 0.8
"""Share of three-word runs in common from which one paragraph repeats another: one word in ten may differ."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``number`` counts from 1, chrome included; ``start`` and ``end`` count characters of the reading's text."""

    number: int
    start: int
    end: int
    text: str
    kind: ParagraphKind
    repeats: int | None
    section: str

    def as_plain(self) -> dict[str, int | str | None]:
        """Give everything but the text, which a snapshot keeps in one piece."""
        return {
            "number": self.number,
            "start": self.start,
            "end": self.end,
            "kind": self.kind.value,
            "repeats": self.repeats,
            "section": self.section,
        }


@dataclass(frozen=True)
class Reading:
    """A document as read: its text, in which all offsets count, and its paragraphs in order."""

    text: str
    media_type: str
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [paragraph.start for paragraph in self.paragraphs]

    @cached_property
    def folded(self) -> tuple[Folded, ...]:
        """The paragraphs as they are searched, in order."""
        return tuple(fold(paragraph.text, paragraph.start) for paragraph in self.paragraphs)

    @cached_property
    def words(self) -> Words:
        """The words of the whole text, for finding what is only nearly the same."""
        return split_words(self.text)

    def paragraph_at(self, offset: int) -> Paragraph:
        """Give the paragraph that holds ``offset``; between two, the one before."""
        return self.paragraphs[max(0, bisect_right(self._starts, offset) - 1)]

    def paragraph(self, number: int) -> Paragraph | None:
        """Give the paragraph of that number, or None when the document has fewer."""
        return self.paragraphs[number - 1] if 1 <= number <= len(self.paragraphs) else None


def restore(text: str, media_type: str, paragraphs: Iterable[dict[str, Any]]) -> Reading:
    """Give the reading that was kept as a text and ``Paragraph.as_plain()`` of each of its paragraphs."""
    restored = (
        Paragraph(**{**plain, "kind": ParagraphKind(plain["kind"]), "text": text[plain["start"] : plain["end"]]})
        for plain in paragraphs
    )
    return Reading(text, media_type, tuple(restored))


def read(content: bytes) -> Reading:
    """Read ``content`` (UTF-8 text or HTML); raise ``decoding.Unreadable`` with what is wrong and what to do."""
    document = decoding.decode(content)
    spans = list(_spans(document.text))
    texts = [document.text[start:end] for start, end in spans]
    headings = frozenset(index for index, (start, _) in enumerate(spans) if start in document.headings)
    found = kinds.classify(texts, headings)
    repeats = _repeats(texts, found)
    return Reading(document.text, document.media_type, tuple(_paragraphs(spans, texts, found, repeats)))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where paragraphs stand: what is between blank lines, without the white space around it."""
    at = 0
    for gap in _GAP.finditer(text):
        yield from _trimmed(text, at, gap.start())
        at = gap.end()
    yield from _trimmed(text, at, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _repeats(texts: Sequence[str], found: Sequence[ParagraphKind]) -> list[int | None]:
    """Tell for each body paragraph the number of an earlier one that it repeats nearly word for word."""
    owners: dict[int, int] = {}
    sizes: dict[int, int] = {}
    answer: list[int | None] = []
    for index, text in enumerate(texts):
        shingles = _shingles(text) if found[index] is ParagraphKind.BODY else frozenset()
        original = _original(shingles, owners, sizes)
        answer.append(original)
        if shingles and original is None:
            sizes[index + 1] = len(shingles)
            for shingle in shingles:
                # The first to say it owns it, so that the work stays linear in the length of the text.
                owners.setdefault(shingle, index + 1)
    return answer


def _original(shingles: frozenset[int], owners: dict[int, int], sizes: dict[int, int]) -> int | None:
    votes = Counter(owners[shingle] for shingle in shingles if shingle in owners)
    if not votes:
        return None
    number, common = max(votes.items(), key=lambda vote: (vote[1], -vote[0]))
    return number if common >= _LEAST_LIKENESS * (len(shingles) + sizes[number] - common) else None


def _shingles(text: str) -> frozenset[int]:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _SHORTEST_REPEAT:
        return frozenset()
    runs = range(len(words) - _SHINGLE + 1)
    return frozenset(hash(tuple(words[at : at + _SHINGLE])) for at in runs)


def _paragraphs(
    spans: Sequence[tuple[int, int]],
    texts: Sequence[str],
    found: Sequence[ParagraphKind],
    repeats: Sequence[int | None],
) -> Iterator[Paragraph]:
    section = ""
    for number, ((start, end), text) in enumerate(zip(spans, texts, strict=True), 1):
        kind, original = found[number - 1], repeats[number - 1]
        if kind is ParagraphKind.HEADING:
            section = " ".join(text.split())
        if original is not None:
            kind = ParagraphKind.REPEAT
        yield Paragraph(number, start, end, text, kind, original, section)
