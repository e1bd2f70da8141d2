"""What stands in the style guide: a partial and the values to draw it with, and the invented things that several of them are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from recommendations.models import Recommendation
from recommendations.rules.lifecycle import Status

NOW: Final = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
TODAY: Final = NOW.date()
ADDRESS: Final = "#content"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A partial of templates/ and the values to draw it with."""

    partial: str
    said: dict[str, Any] = field(default_factory=dict)


def item() -> Recommendation:
    """Return a recommendation that nobody has kept."""
    return Recommendation(
        reference="RB-02",
        title_en="Grant fund for border projects",
        title_ru="Фонд поддержки приграничных проектов",
        reported_status=Status.PARTLY,
        verified_status=Status.IN_PREPARATION,
    )
