"""References and slugs: the public names of things."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Problem

REFERENCE: Final = re.compile(r"[A-Z][A-Z0-9]{0,11}-[0-9]{1,9}")
_LOOSE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]{0,11}?)[\s._\u2010-\u2015-]*([0-9]{1,9})")
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check_reference(reference: str) -> list[Problem]:
    """Return what is wrong with a reference such as RB-01."""
    if REFERENCE.fullmatch(reference):
        return []
    text = _("A reference is capital letters, a hyphen and a number, for example RB-01.")
    return [Problem("bad_reference", text, "reference")]


def check_slug(slug: str) -> list[Problem]:
    """Return what is wrong with a slug such as sutyrin-2019 (at most 80 characters)."""
    if SLUG.fullmatch(slug) and len(slug) <= 80:  # noqa: PLR2004 - the column's width
        return []
    text = _("A short name is lower-case Latin letters, digits and single hyphens, for example sutyrin-2019.")
    return [Problem("bad_slug", text, "slug")]


def meant(words: str) -> str:
    """Return the reference that somebody typed, in whatever letters; empty when it is none."""
    typed = words.strip().upper()
    return typed if REFERENCE.fullmatch(typed) else ""


def key_meant(words: str) -> str:
    """Return the sorting key of the reference that somebody may have meant (RB-3, rb 03, RB03); empty when it is none."""
    found = _LOOSE.fullmatch(words.strip())
    return f"{found[1].upper()}-{found[2]:0>9}" if found else ""
