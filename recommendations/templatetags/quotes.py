"""Words around a quote: cut where a word begins or ends."""

from __future__ import annotations

import re

from django import template

register = template.Library()


@register.filter
def from_word(text: str) -> str:
    """Drop the half word that a text cut out of the middle begins with."""
    return re.sub(r"^\S*\s", "", text) if re.search(r"\s\S", text) else text


@register.filter
def to_word(text: str) -> str:
    """Drop the half word that a text cut out of the middle ends with."""
    return re.sub(r"\s\S*$", "", text) if re.search(r"\S\s", text) else text
