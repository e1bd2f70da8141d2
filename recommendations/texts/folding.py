"""Text without what differs between copies (white space, case, shape of quotes and dashes), and the way back to its places."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CHUNK: Final = re.compile(r"\S+")
_WORD: Final = re.compile(r"\w+")
_SHAPES: Final = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ`´", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"ё": "е", "Ё": "е"}
)


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` is what is compared; ``folded_starts`` and ``starts`` say where each of its words stood before."""

    text: str
    folded_starts: tuple[int, ...]
    starts: tuple[int, ...]

    def origin(self, at: int) -> int:
        """Give the place in the unfolded text of the character at ``at``."""
        word = bisect_right(self.folded_starts, at) - 1
        return self.starts[word] + at - self.folded_starts[word]

    def find(self, wanted: str, start: int = 0) -> int:
        """Give where ``wanted`` (folded) first stands as whole words from ``start``, or -1."""
        return next(self.every(wanted, start), -1)

    def every(self, wanted: str, start: int = 0) -> Iterator[int]:
        """Give every place where ``wanted`` (folded) stands as whole words, in order."""
        at = self.text.find(wanted, start) if wanted else -1
        while at >= 0:
            if self._whole(at, at + len(wanted)):
                yield at
            at = self.text.find(wanted, at + 1)

    def _whole(self, start: int, end: int) -> bool:
        before = start > 0 and self.text[start - 1].isalnum() and self.text[start].isalnum()
        after = end < len(self.text) and self.text[end - 1].isalnum() and self.text[end].isalnum()
        return not (before or after)


def fold(text: str, offset: int = 0) -> Folded:
    """Fold ``text``; ``offset`` is where it begins in the document that places are wanted in."""
    words, folded_starts, starts, at = [], [], [], 0
    for chunk in _CHUNK.finditer(text):
        word = fold_word(chunk[0])
        words.append(word)
        folded_starts.append(at)
        starts.append(offset + chunk.start())
        at += len(word) + 1
    return Folded(" ".join(words), tuple(folded_starts), tuple(starts))


def fold_word(word: str) -> str:
    """Fold one word to as many characters as it had, so that places inside it stay."""
    shaped = word.translate(_SHAPES)
    lowered = shaped.lower()
    if len(lowered) == len(shaped):
        return lowered
    # A few letters grow when lowered (the Turkish dotted I): they are kept as they are.
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in shaped)


def fold_text(text: str) -> str:
    """Fold ``text`` when only the answer to "the same?" is wanted."""
    return " ".join(fold_word(word) for word in text.split())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, folded, with where each begins and ends and where each stands among the words."""

    folded: list[str]
    starts: list[int]
    ends: list[int]
    places: dict[str, list[int]]


def split_words(text: str) -> Words:
    """Give the words of ``text``; punctuation is left out."""
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    places: dict[str, list[int]] = defaultdict(list)
    for word in _WORD.finditer(text):
        places[fold_word(word[0])].append(len(folded))
        folded.append(fold_word(word[0]))
        starts.append(word.start())
        ends.append(word.end())
    return Words(folded, starts, ends, dict(places))
