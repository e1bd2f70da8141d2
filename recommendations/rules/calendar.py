"""Arithmetic on dates: delivery, freshness, partial dates. The day is always passed in."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

from recommendations.rules.lifecycle import Status

DUE_SOON_DAYS: Final = 30
FRESH_DAYS: Final = 90
AGEING_DAYS: Final = 180


class Delivery(TextChoices):
    """Whether a recommendation is on time. Computed, never typed in."""

    NO_TARGET = "no_target", _("No target date")
    NOT_DUE = "not_due", _("Not due")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    DONE = "done", _("Done")


class Freshness(TextChoices):
    """When anybody last looked. Computed, never typed in."""

    FRESH = "fresh", _("Fresh")
    AGEING = "ageing", _("Ageing")
    STALE = "stale", _("Stale")
    NEVER = "never", _("Never assessed")


class Precision(TextChoices):
    """How exactly a date is known."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


def delivery(target_on: dt.date | None, status: str, today: dt.date) -> Delivery:
    """Place a target date: implemented is done, without a target date never overdue, overtaken no longer due."""
    if status == Status.IMPLEMENTED:
        return Delivery.DONE
    if target_on is None:
        return Delivery.NO_TARGET
    if status == Status.OVERTAKEN:
        return Delivery.NOT_DUE
    if target_on < today:
        return Delivery.OVERDUE
    return Delivery.DUE_SOON if target_on <= today + dt.timedelta(days=DUE_SOON_DAYS) else Delivery.NOT_DUE


def freshness(assessed_on: dt.date | None, today: dt.date) -> Freshness:
    """Place the day of the latest assessment of either kind: under 90 days fresh, under 180 ageing."""
    if assessed_on is None:
        return Freshness.NEVER
    age = (today - assessed_on).days
    if age < FRESH_DAYS:
        return Freshness.FRESH
    return Freshness.AGEING if age < AGEING_DAYS else Freshness.STALE


def last_day(start: dt.date, precision: str) -> dt.date:
    """Return the last day that a partial date may mean: 2019-06 -> 30 June 2019."""
    if precision == Precision.YEAR:
        return dt.date(start.year, 12, 31)
    if precision == Precision.MONTH:
        return start.replace(day=calendar.monthrange(start.year, start.month)[1])
    return start


def iso_partial(start: dt.date, precision: str) -> str:
    """Write a partial date as ISO 8601 does: 2019, 2019-06 or 2019-06-14."""
    length = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[Precision(precision)]
    return start.isoformat()[:length]
