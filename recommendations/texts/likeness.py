"""The stretch of a document that is most like a quote, when the quote itself is no longer in it.

Words of the quote vote for where it may begin, the rare ones with more weight (so the work grows with the length of the
text, not with its square); the few places with most votes are then compared word by word.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from recommendations.texts.folding import Words, split_words
from recommendations.texts.reading import Reading
from recommendations.texts.selectors import Selectors

_PLACES: Final = 4
_NEARLY_MOST: Final = 0.75
_COMMON_WORD: Final = 400
_FEWEST_VOTERS: Final = 8
_LONG_QUOTE: Final = 400
_SHORT_CHANGE: Final = 80


@dataclass(frozen=True, slots=True)
class Match:
    """``similarity``: share of characters in common, 0 to 1, case and punctuation aside."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Matching blocks between the text's words and the quote's: (place in the text, place in the quote, length)."""

    blocks: tuple[tuple[int, int, int], ...]

    def ratio(self, quote_length: int) -> float:
        matched = sum(size for _, _, size in self.blocks)
        last_at, _, last_size = self.blocks[-1]
        return 2 * matched / (quote_length + last_at + last_size - self.blocks[0][0])


def closest(wanted: Selectors, reading: Reading) -> Match | None:
    """Give the stretch of ``reading`` most like the quote, or None when they share no word."""
    quote, text = split_words(wanted.exact), reading.words
    matches = [
        match
        for window in _windows(wanted, quote.folded, text)
        if (match := _compare(wanted, quote, reading, window)) is not None
    ]
    return max(
        matches,
        key=lambda match: (match.similarity, wanted.closeness(reading.text, match.start, match.end)),
        default=None,
    )


def _windows(wanted: Selectors, quote: Sequence[str], text: Words) -> Iterator[range]:
    """Give the stretches of words in which the quote may stand: those with most votes, and of many such the nearest."""
    bucket = max(8, len(quote) // 2)
    votes: Counter[int] = Counter()
    for at, word in _voters(quote, text):
        places = text.places[word]
        for place in places:
            votes[(place - at) // bucket] += 1 + _COMMON_WORD // len(places)
    # A beginning near the edge of a bucket votes into two of them.
    sums = {where: count + votes.get(where + 1, 0) for where, count in votes.items()}
    enough = _NEARLY_MOST * max(sums.values(), default=0)
    before = bisect_left(text.starts, wanted.start) // bucket
    most = sorted(sums, key=lambda where: (-sums[where], where))[:_PLACES]
    nearest = sorted((where for where in sums if sums[where] >= enough), key=lambda where: (abs(where - before), where))
    slack = len(quote) // 3 + 4
    for where in dict.fromkeys(most + nearest[:_PLACES]):
        first = where * bucket - slack
        yield range(max(0, first), min(len(text.folded), (where + 2) * bucket + len(quote) + slack))


def _voters(quote: Sequence[str], text: Words) -> list[tuple[int, str]]:
    known = [(at, word) for at, word in enumerate(quote) if word in text.places]
    known.sort(key=lambda voter: (len(text.places[voter[1]]), voter[0]))
    rare = [voter for voter in known if len(text.places[voter[1]]) <= _COMMON_WORD]
    return rare if len(rare) >= _FEWEST_VOTERS else known[:_FEWEST_VOTERS]


def _compare(wanted: Selectors, quote: Words, reading: Reading, window: range) -> Match | None:
    text = reading.words
    matcher = SequenceMatcher(
        None, text.folded[window.start : window.stop], quote.folded, autojunk=len(quote.folded) > _LONG_QUOTE
    )
    blocks = tuple((window.start + a, b, size) for a, b, size in matcher.get_matching_blocks() if size)
    if not blocks:
        return None
    first, last = _completed(wanted, quote, reading, _tightened(blocks, len(quote.folded)))
    start, end = _with_punctuation(wanted.exact, reading.text, text.starts[first], text.ends[last - 1])
    return Match(start, end, _similarity(text.folded[first:last], quote.folded))


def _tightened(blocks: tuple[tuple[int, int, int], ...], quote_length: int) -> _Run:
    """Drop outer blocks that stand so far off that without them the likeness is greater."""
    run = _Run(blocks)
    while len(run.blocks) > 1:
        without = max(_Run(run.blocks[1:]), _Run(run.blocks[:-1]), key=lambda other: other.ratio(quote_length))
        if without.ratio(quote_length) <= run.ratio(quote_length):
            break
        run = without
    return run


def _completed(wanted: Selectors, quote: Words, reading: Reading, run: _Run) -> tuple[int, int]:
    """Take in changed words at the quote's ends, up to where its surroundings or its paragraph begin."""
    text = reading.words
    first, head, _ = run.blocks[0]
    tail_at, tail, size = run.blocks[-1]
    last, missing = tail_at + size, len(quote.folded) - tail - size
    paragraph = reading.paragraph_at(text.starts[first])
    before, after = split_words(wanted.prefix).folded[-1:], split_words(wanted.suffix).folded[:1]
    while (
        head > 0
        and first > 0
        and text.starts[first - 1] >= paragraph.start
        and text.folded[first - 1 : first] != before
    ):
        first, head = first - 1, head - 1
    while (
        missing > 0
        and last < len(text.folded)
        and text.ends[last] <= paragraph.end
        and text.folded[last : last + 1] != after
    ):
        last, missing = last + 1, missing - 1
    while last - first > 1 and text.starts[last - 1] >= paragraph.end:
        last -= 1
    return first, last


def _with_punctuation(exact: str, text: str, start: int, end: int) -> tuple[int, int]:
    if not exact[-1:].isalnum():
        while end < len(text) and not text[end].isalnum() and not text[end].isspace():
            end += 1
    if not exact[:1].isalnum():
        while start > 0 and not text[start - 1].isalnum() and not text[start - 1].isspace():
            start -= 1
    return start, end


def _similarity(ours: Sequence[str], quote: Sequence[str]) -> float:
    common = 0
    matcher = SequenceMatcher(None, ours, quote, autojunk=len(quote) > _LONG_QUOTE)
    for what, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        one, other = "".join(ours[a_start:a_end]), "".join(quote[b_start:b_end])
        if what == "equal":
            common += len(one)
        elif what == "replace" and max(len(one), len(other)) <= _SHORT_CHANGE:
            # "programme" and "programmes" are two words and nearly one.
            common += sum(
                block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
            )
    return 2 * common / max(1, sum(map(len, ours)) + sum(map(len, quote)))
