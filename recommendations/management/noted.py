"""Heads of history as somebody saved them: a heads.json, read strictly."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from recommendations.management.files import content_of
from recommendations.models.verification import Noted

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 50_000_000  # bytes: heads of four hundred years
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ROOT: Final = re.compile("[0-9a-f]{64}")


def read(path: Path) -> list[Noted]:
    """Return the heads that a file holds. Raises `CommandError` for what is not a heads.json, or holds none."""
    try:
        heads = [_head(one) for one in json.loads(content_of(path, largest=LARGEST))["heads"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        heads = []
    if not heads:
        text = _("%(path)s holds no heads: give a heads.json as it was saved from the register's page of history.")
        raise CommandError(text % {"path": path})
    return heads


def _head(one: dict[str, Any]) -> Noted:
    day, events, root = one["day"], one["events"], one["root"]
    if not (_DAY.fullmatch(day) and _ROOT.fullmatch(root) and type(events) is int):
        raise ValueError(one)
    return Noted(day, events, root)
