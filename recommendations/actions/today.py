"""Which day it is for a person: the same moment is two dates in Minsk and in Vladivostok."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person


def today_of(person: Person, now: dt.datetime) -> dt.date:
    """Return the person's calendar day at a moment."""
    return now.astimezone(zoneinfo.ZoneInfo(person.time_zone)).date()
