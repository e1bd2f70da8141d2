"""The ways to go through the register: in which language, on which screen, by pointer or keyboard, with scripts or without.

Each journey is gone in a few ways that hold each language, each screen and each kind of hands at least once; with
JOURNEYS=all it is gone in every way there is.
"""

import os
from dataclasses import dataclass
from itertools import product

from tests import sample

LANGUAGES = ("en", "ru")
SCREENS = {"wide": (1280, 900), "phone": (390, 844)}
HANDS = ("keyboard", "pointer")


@dataclass(frozen=True)
class Way:
    """One way to go."""

    language: str
    screen: str
    hands: str
    has_scripts: bool

    def __str__(self):
        return f"{self.language}-{self.screen}-{self.hands}-{'scripts' if self.has_scripts else 'plain'}"


def every():
    """Return all ways."""
    return [Way(*one) for one in product(LANGUAGES, SCREENS, HANDS, (True, False))]


def some(journey):
    """Return three ways to go a journey, which are others for another: its name says where the turn begins.

    By keyboard and by pointer with scripts, and by one of the two without.
    """
    turn = sample.number(journey)
    screens = tuple(SCREENS)
    kinds = (("keyboard", True), ("pointer", True), (HANDS[turn // 4 % 2], False))
    return [Way(LANGUAGES[(turn + n) % 2], screens[(turn // 2 + (n > 0)) % 2], *kind) for n, kind in enumerate(kinds)]


def to_go(journey):
    """Return the ways to go a journey now; where there is no time for more, one of the three, which its name chooses."""
    if os.environ.get("JOURNEYS") == "all":
        return every()
    return sample.some(some(journey), journey[::-1])
