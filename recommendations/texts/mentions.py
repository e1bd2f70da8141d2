"""Finding people's names after an @: without case, the longest name that stands there, whole words only."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD: Final = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands in a text (characters, the @ among them), and its key."""

    start: int
    end: int
    key: str


def key(name: str) -> str:
    """Return what a name is compared by: without case, single spaces."""
    return " ".join(_fold(name)[0].split())


def find(text: str, names: Iterable[str]) -> list[Mention]:
    """Return where names are mentioned, in order. Of several names that begin alike the longest counts.

    An @ within a word, as in an e-mail address, mentions nobody. Takes time in proportion to the text.
    """
    known: dict[str, list[str]] = defaultdict(list)
    for name in sorted({key(name) for name in names} - {""}, key=len, reverse=True):
        known[_word(name, 0)].append(name)
    folded, places = _fold(text)
    found = []
    at = folded.find("@")
    while at >= 0:
        if not (at and _is_of_word(folded[at - 1])):
            name = next((n for n in known[_word(folded, at + 1)] if _stands(folded, at + 1, n)), "")
            if name:
                found.append(Mention(places[at], places[at + 1 + len(name)], name))
        at = folded.find("@", at + 1)
    return found


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text without case and with plain spaces, and for each of its characters the place in the original."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = " " if character.isspace() else character.casefold()
        folded.append(plain)
        places += [place] * len(plain)
    return "".join(folded), [*places, len(text)]


def _word(text: str, at: int) -> str:
    match = _WORD.match(text, at)
    return match.group() if match else ""


def _stands(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    return text.startswith(name, at) and not (end < len(text) and _is_of_word(name[-1]) and _is_of_word(text[end]))


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"
