"""Absolute addresses of resources. They come from PUBLIC_URL, never from the request."""

from __future__ import annotations

from django.conf import settings

ROOT = "/api/v1/"


def to(*parts: object) -> str:
    """Return the address of a resource: to("recommendations", "RB-01")."""
    return f"{settings.PUBLIC_URL}{ROOT}{'/'.join(map(str, parts))}/"
