"""Which words may stand in addresses. Anything else is no address, and never reaches the database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.urls.converters import StringConverter

from recommendations.api import shapes
from recommendations.models.event import Subject

if TYPE_CHECKING:
    from recommendations.api.shapes import type_of_shape


class ReferenceConverter(StringConverter):
    """RB-01."""

    regex = "[A-Z][A-Z0-9]{0,11}-[0-9]{1,9}"


class SlugConverter(StringConverter):
    """sutyrin-2019."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


class SubjectConverter(StringConverter):
    """What an event is about."""

    regex = "|".join(Subject.values)


class KeyConverter(StringConverter):
    """A reference, a slug or an id."""

    regex = "[A-Za-z0-9-]{1,80}"


class DayConverter(StringConverter):
    """2026-11-24."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:  # type: ignore[override]
        """Return the day; a ValueError says that this is no address."""
        return dt.date.fromisoformat(value)


SHAPES: Final[dict[str, type_of_shape]] = {
    "api_reference": shapes.REFERENCE,
    "api_slug": shapes.SLUG,
    "api_subject": shapes.one_of(Subject),
    "api_day": shapes.DAY,
    "api_key": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,80}$"},
    "uuid": shapes.IDENTITY,
    "int": {"type": "integer", "minimum": 0},
}
