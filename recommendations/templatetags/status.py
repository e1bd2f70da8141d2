"""The badge of a status: words, shape and colour."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from recommendations.rules.lifecycle import MEANING, Status

register = template.Library()


@register.simple_tag
def status(value: str) -> SafeString:
    """Show a status by its code."""
    return _badge(value, get_language())


@register.filter
def status_label(value: str) -> str:
    """Name a status by its code."""
    return str(Status(value).label)


@register.filter
def status_meaning(value: str) -> str:
    """Say what a status means."""
    return str(MEANING[Status(value)])


@lru_cache(maxsize=64)  # a list shows a hundred of them: each is made once per language
def _badge(value: str, _language: str | None) -> SafeString:
    return SafeString(render_to_string("_status.html", {"value": value, "label": Status(value).label}).strip())
