"""Which day it is for a person: the same moment is two dates in Minsk and in Vladivostok."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommendations.models import Person


def zone_of(person: Person | None) -> dt.tzinfo:
    """Return the person's time zone; that of strangers is UTC."""
    return zoneinfo.ZoneInfo(person.time_zone) if person else dt.UTC


def today_of(person: Person, now: dt.datetime) -> dt.date:
    """Return the person's calendar day at a moment."""
    return now.astimezone(zone_of(person)).date()
