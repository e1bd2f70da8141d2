"""The hint that leads to a place: a few first and last words, enough of them to find it in its paragraph."""

import re
from itertools import accumulate
from typing import Final

from recommendations.texts import anchoring
from recommendations.texts.anchoring import Hint
from recommendations.texts.reading import Reading
from recommendations.texts.selectors import Selectors

_WORD: Final = re.compile(r"\S+")
_FEWEST: Final = 3


def derive(reading: Reading, place: Selectors, *, longest: int) -> Hint:
    """Make the hint of a place; no more words than needed, of at most ``longest`` characters at either end.

    A place that runs over several paragraphs, or whose words begin alike twice, may be found by its quote only.
    """
    paragraph = reading.paragraph_at(place.start)
    words = _WORD.findall(place.exact)
    most = max(_fitting(words, longest), _fitting(words[::-1], longest))
    hint = Hint("", "", paragraph.number, paragraph.section)
    for count in range(min(_FEWEST, most), most + 1):
        first, last = _joined(words[:count], longest), _joined(words[-count:], longest, at_end=True)
        hint = Hint(first, last, paragraph.number, paragraph.section)
        if _leads_to(hint, reading, place):
            return hint
    return hint


def _fitting(words: list[str], longest: int) -> int:
    lengths = accumulate(len(word) + 1 for word in words)
    return max(1, sum(1 for length in lengths if length - 1 <= longest))


def _joined(words: list[str], longest: int, *, at_end: bool = False) -> str:
    """Join as many of the words, from one end, as fit; of a single word that is too long its beginning or end."""
    while len(words) > 1 and len(" ".join(words)) > longest:
        words = words[1:] if at_end else words[:-1]
    text = " ".join(words)
    return text[-longest:] if at_end else text[:longest]


def _leads_to(hint: Hint, reading: Reading, place: Selectors) -> bool:
    try:
        found = anchoring.locate(hint, reading)
    except anchoring.NotFound:
        return False
    return (found.start, found.end) == (place.start, place.end)
