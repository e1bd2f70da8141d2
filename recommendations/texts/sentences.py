"""The sentences of a document, English or Russian, each with its place in the text."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from recommendations.texts.folding import fold_text
from recommendations.texts.kinds import ParagraphKind
from recommendations.texts.reading import Paragraph

SPOKEN: Final = frozenset({ParagraphKind.BODY, ParagraphKind.REPEAT})
"""Paragraphs that say something: not headings, bylines and the furniture of a page."""

_OPENERS: Final = r"[\"'“”„«‘(\[—–*•-]"
# It begins where a run of stops begins and gives nothing back, so that the work stays linear.
_END: Final = re.compile(rf"(?<![.!?…])[.!?…]++[\"'”»’)\]]*+(?=\s++(?:{_OPENERS}*\s?)(\S))")
_BULLET: Final = re.compile(r"\n[^\S\n]*(?:([*•▪‣◦·])|[-–—]|\(?\d{1,3}[.)]|\(?[^\W\d_]\))[^\S\n]+(?=\S)")
_NUMBER: Final = re.compile(r"(?:.*[\n:;])?\s*\(?(?:\d{1,3}|[ivxIVX]{1,5})", re.DOTALL)
_LAST_WORD: Final = re.compile(r"[^\W_](?:[\w.’'-]*[^\W_])?\Z")
_WORD: Final = re.compile(r"\w+")
_LEAST_LIKENESS: Final = 0.8
_LOOK_BACK: Final = 40
_ENOUGH_BEFORE_BULLET: Final = ".;:!?,…"

# What a full stop follows without ending anything, whatever comes next.
_NEVER_NAMES: Final = """
    mr mrs ms dr prof st rev hon gen col lt maj capt cmdr sgt sen rep gov pres amb mt ft messrs vs cf ca viz i.e e.g al
    art arts para paras sec fig figs vol vols ch pp ed eds approx est jan feb mar apr jun jul aug sept sep oct nov dec
    т.е т.к т.н т.о е к н о им акад проф доц инж ген полк ул пл пер просп пос дер обл респ св см ср напр рис табл гл ст ред
    сост тов гр чл кн канд докт зам пом нач стр п пп
"""
_NEVER: Final = frozenset(_NEVER_NAMES.split())
# What a full stop belongs to when a figure follows: No. 5, ст. 12.
_BEFORE_FIGURES: Final = frozenset({"no", "nos", "p", "pp", "nr", "с", "т", "тт"})
# What ends a sentence only where a figure stands before it: в 2018 г., but г. Минск.
_AFTER_FIGURES: Final = frozenset({"г", "в", "гг", "вв"})
_FIGURE_BEFORE: Final = re.compile(r"[\dIVX]\s*\w{1,2}\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``start`` and ``end`` count characters of the whole text; ``paragraph`` is the number of its paragraph.

    ``key`` is the SHA-256 (hex) of its folded words: the same sentence in another place or edition has the same key, and
    one that says another one again with a word or two changed (in a paragraph that repeats an earlier one) has its key.
    """

    paragraph: int
    start: int
    end: int
    text: str
    key: str


def key_of(sentence: str) -> str:
    """Give the SHA-256 (hex) of a sentence's words, without what differs between copies."""
    return hashlib.sha256(fold_text(sentence).encode("utf-8", "surrogatepass")).hexdigest()


def split(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """Give the sentences of those paragraphs that are the document's own words, in order, repeats among them."""
    known: dict[int, list[Sentence]] = {}
    for paragraph in paragraphs:
        if paragraph.kind in SPOKEN:
            said = list(_sentences(paragraph))
            if paragraph.repeats in known:
                said = [
                    _again(ours, theirs) for ours, theirs in zip_longest(said, known[paragraph.repeats][: len(said)])
                ]
            known[paragraph.number] = said
            yield from said


def _sentences(paragraph: Paragraph) -> Iterator[Sentence]:
    for start, end in spans(paragraph.text):
        text = paragraph.text[start:end]
        yield Sentence(paragraph.number, paragraph.start + start, paragraph.start + end, text, key_of(text))


def _again(ours: Sentence, theirs: Sentence | None) -> Sentence:
    """Give the key of the sentence in the same place of the paragraph that is repeated, if the words are nearly its."""
    if theirs is None or ours.key == theirs.key:
        return ours
    words, others = set(_WORD.findall(ours.text.lower())), set(_WORD.findall(theirs.text.lower()))
    is_near = len(words & others) >= _LEAST_LIKENESS * max(1, len(words | others))
    return replace(ours, key=theirs.key) if is_near else ours


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where sentences begin and end in a paragraph. They do not overlap; between them is only white space."""
    at = 0
    for end in sorted({*_stops(text), *_bullets(text), len(text)}):
        piece = text[at:end]
        if piece.strip():
            yield at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())
        at = end


def _stops(text: str) -> Iterator[int]:
    begun = 0
    for found in _END.finditer(text):
        if _ends(text, found, begun):
            begun = found.end()
            yield begun


def _ends(text: str, found: re.Match[str], begun: int) -> bool:
    """Tell whether a stop with white space after it ends the sentence begun before; ``found[1]`` is what comes next."""
    following = found[1]
    if following.islower():
        return False
    if not found[0].startswith(".") or found[0].startswith(("..", ".!", ".?")):
        return True
    before = text[max(0, found.start() - _LOOK_BACK) : found.start()]
    if _NUMBER.fullmatch(text[max(begun, found.start() - _LOOK_BACK) : found.start()]):
        return False  # the number of a member of a list
    word = _LAST_WORD.search(before)
    # A bracket or quotation mark after the stop closes what the abbreviation stood in.
    return word is None or len(found[0]) > 1 or not _is_abbreviation(word[0], before, following)


def _is_abbreviation(word: str, before: str, following: str) -> bool:
    folded = word.lower().lstrip("'’")
    if folded in _NEVER or (folded in _BEFORE_FIGURES and following.isdigit()):
        return True
    if folded in _AFTER_FIGURES and word.islower():
        return _FIGURE_BEFORE.search(before) is None
    # Initials (A. Wess Mitchell) and names with stops inside (U.S. Congress).
    last = word.rpartition(".")[2]
    return len(last) == 1 and last.isupper()


def _bullets(text: str) -> Iterator[int]:
    """Give where lines begin that are members of a list; a dash or a figure needs some stop before it."""
    for found in _BULLET.finditer(text):
        before = text[max(0, found.start() - _LOOK_BACK) : found.start()].rstrip()
        if found[1] or before.endswith(tuple(_ENOUGH_BEFORE_BULLET)):
            yield found.start()
