"""The tokens that all styles are made of, read from the style sheet itself: colours with their contrast, space, sizes of type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

SHEET: Final = Path(__file__).resolve().parents[2] / "static" / "recommendations" / "tokens.css"
_TOKEN: Final = re.compile(r"--(?!pico)([\w-]+): (#[0-9a-f]{3,8}|[\d.]+(?:rem|px));")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_PLACE: Final = re.compile("space-|measure|page|corner")
_BEHIND: Final = ("paper", "paper-2", "paper-3")  # what ink stands on, as on every tint


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour in both schemes, and its contrast there with what it stands on, or with what stands on it (`against`)."""

    name: str
    light: str
    dark: str
    against: str
    contrast_in_light: float
    contrast_in_dark: float


@cache
def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """Return the tokens of the light scheme, and of the dark one, which has what it does not say from the light one."""
    light, dark = _COMMENT.sub("", SHEET.read_text()).split("@media")[:2]
    found = dict(_TOKEN.findall(light))
    return found, found | dict(_TOKEN.findall(dark))


def colours() -> list[Colour]:
    """Return all colours; veils and shadows have no contrast of their own, and are left out."""
    light, dark = tokens()
    return [_colour(name, light, dark) for name, value in light.items() if re.fullmatch("#(...|......)", value)]


def spaces() -> list[tuple[str, str]]:
    """Return the steps of space, the narrowest first."""
    return [(name, value) for name, value in tokens()[0].items() if name.startswith("space-")]


def types() -> list[tuple[str, str]]:
    """Return the sizes of type."""
    return [(name, value) for name, value in tokens()[0].items() if value.endswith("rem") and not _PLACE.match(name)]


def _colour(name: str, light: dict[str, str], dark: dict[str, str]) -> Colour:
    is_behind = name in _BEHIND or name.endswith("-tint")
    against = "ink" if is_behind else "brand" if name.startswith("brand-") else "paper"
    in_light, in_dark = (contrast(scheme[name], scheme[against]) for scheme in (light, dark))
    return Colour(name, light[name], dark[name], against, in_light, in_dark)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG 2: from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    figures = colour[1:] if len(colour) > len("#fff") else "".join(letter * 2 for letter in colour[1:])
    shares = [int(figures[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]  # noqa: PLR2004 - of sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
