"""Comparing what a link said with what it said before: for readers word by word, for alarms without dates and counters."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from recommendations.texts.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SENTENCE: Final = 8  # words from which a paragraph says something by itself; below are menus, counters, headlines
SHARE: Final = 0.05  # of the words, in paragraphs that came or went
ALIKE: Final = 0.6  # share of words in common from which one paragraph is an edited other one
MOST_PAIRS: Final = 200
LONG: Final = 400  # words from which the commonest are no longer looked at one by one
LONGEST_RUN: Final = 3_000  # words; longer stretches are shown as a whole, since comparing them costs their square
_DAYS: Final = """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
"""
_DATED: Final = re.compile(
    rf"\b(?:{'|'.join(_DAYS.split())})\b|\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b|\b\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\b"
)
_NUMBER: Final = re.compile(r"[+-]?\d[\d\s.,]*%?")
_COUNTER: Final = re.compile(
    r"\b(?:views?|visits?|shares?|votes?|downloads?|comments?|online|просмотр|посетител|посещен|голос|скачив|коммент|онлайн)"
)
_WORD: Final = re.compile(r"\n\n|\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in a comparison: "same", "gone" or "new"."""

    kind: str
    text: str


def is_changed(before: str, after: str) -> bool:
    """Tell whether a text says something else: a sentence was edited, or a twentieth of the words came or went.

    Dates, times and counters do not count, nor do short lines: menus, headlines, the weather.
    """
    old, new = _sentences(before), _sentences(after)
    if not old or not new:
        return fold_text(before) != fold_text(after) if not old and not new else True
    went, came = old - new, new - old
    if not went and not came:
        return False
    if _is_edited(list(went), list(came)):
        return True
    words = sum(len(text.split()) * count for text, count in (old | new).items())
    moved = sum(len(text.split()) * count for text, count in (went + came).items())
    return moved >= SHARE * words


def _sentences(text: str) -> Counter[str]:
    return Counter(_masked(p) for p in text.split("\n\n") if len(p.split()) >= SENTENCE)


def _masked(paragraph: str) -> str:
    words = _DATED.sub("·", fold_text(paragraph))
    if "·" in words or _COUNTER.search(words):
        words = _NUMBER.sub("·", words)
    return " ".join(re.sub(r"(?:·\s*)+", "· ", words).split())


def _is_edited(went: Sequence[str], came: Sequence[str]) -> bool:
    if len(went) * len(came) > MOST_PAIRS**2:
        return True
    bags = [Counter(text.split()) for text in came]
    return any(_likeness(Counter(text.split()), bag) >= ALIKE for text in went for bag in bags)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


def compare(before: str, after: str) -> list[Piece]:
    """Return both texts in one, word by word; what was long and wholly rewritten stands as one piece."""
    return _joined(_paragraph_pieces(before.split("\n\n"), after.split("\n\n")))


def shortened(piece: Piece, around: int) -> Piece:
    """Leave out the middle of a long stretch that stayed the same, between words; other pieces lose their edges."""
    if piece.kind != "same":
        return Piece(piece.kind, piece.text.strip())
    if len(piece.text) <= 3 * around:
        return piece
    first, last = piece.text[:around].rpartition(" ")[0], piece.text[-around:].partition(" ")[2]
    return Piece("same", f"{first} […] {last}")


def _paragraph_pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, [fold_text(p) for p in old], [fold_text(p) for p in new])
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "\n\n".join(new[c:d]) + "\n\n")
        else:
            yield from _word_pieces("\n\n".join(old[a:b]), "\n\n".join(new[c:d]))
            yield Piece("same", "\n\n")


def _word_pieces(old: str, new: str) -> Iterator[Piece]:
    one: list[str] = _WORD.findall(old)
    other: list[str] = _WORD.findall(new)
    if len(one) > LONGEST_RUN or len(other) > LONGEST_RUN:
        yield from (Piece("gone", old), Piece("new", new))
        return
    folded = [[fold_text(word) or word for word in text] for text in (one, other)]
    matcher = SequenceMatcher(None, folded[0], folded[1], autojunk=len(one) > LONG)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(other[c:d]) + " ")
        else:
            yield from (Piece("gone", " ".join(one[a:b]) + " "), Piece("new", " ".join(other[c:d]) + " "))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text.strip() and piece.kind != "same":
            continue
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
