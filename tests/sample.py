"""How much a run takes of what there is many of: all; in CI, where time is short, a sample (docs/decisions.md)."""

import os
import zlib

SHORT = bool(os.environ.get("CI"))


def number(name):
    """Return a number that is the same for a name in every run, unlike Python's own."""
    return zlib.crc32(name.encode())


def some(things, name):
    """Return all of the things; where time is short, the one that a name chooses."""
    return [things[number(name) % len(things)]] if SHORT else [*things]
