"""Arithmetic on dates: delivery, freshness, silence, partial dates. The day is always passed in."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.rules.lifecycle import Status

DUE_SOON_DAYS: Final = 30
FRESH_DAYS: Final = 90
AGEING_DAYS: Final = 180
GAPS_NEEDED: Final = 20


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


class MilestoneState(TextChoices):
    """Where a deliverable stands. Computed, never typed in."""

    DUE = "due", pgettext_lazy("milestone", "Due")
    LATE = "late", pgettext_lazy("milestone", "Late")
    DONE = "done", pgettext_lazy("milestone", "Done")
    DONE_LATE = "done_late", pgettext_lazy("milestone", "Done, late")
    CANCELLED = "cancelled", pgettext_lazy("milestone", "Cancelled")


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


def overdue_since(target_on: dt.date) -> dt.date:
    """Return the first day on which what was promised for a day is late."""
    return target_on + dt.timedelta(days=1)


def freshness(assessed_on: dt.date | None, today: dt.date) -> Freshness:
    """Place the day of the latest assessment of either kind: under 90 days fresh, under 180 ageing."""
    if assessed_on is None:
        return Freshness.NEVER
    age = (today - assessed_on).days
    if age < FRESH_DAYS:
        return Freshness.FRESH
    return Freshness.AGEING if age < AGEING_DAYS else Freshness.STALE


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nothing was heard of an item, beside the pace of comparable ones: all that *stalled* is computed of.

    `since` is the day (UTC) of the last sign of life, or of registration; `gaps` between such days were counted among
    items of the same instrument, and nine in ten of them have at most `ninth_decile` days (None: none was counted).
    """

    is_open: bool
    since: dt.date
    today: dt.date
    gaps: int = 0
    ninth_decile: int | None = None

    @property
    def days(self) -> int:
        """For how many days nothing was heard."""
        return max((self.today - self.since).days, 0)

    @property
    def is_measurable(self) -> bool:
        """Whether there are enough gaps to compare with."""
        return self.gaps >= GAPS_NEEDED and self.ninth_decile is not None

    @property
    def is_stalled(self) -> bool:
        """Whether it is open, and silent for longer than nine in ten of the gaps."""
        return self.is_open and self.is_measurable and self.days > (self.ninth_decile or 0)


def milestone_state(
    due_on: dt.date | None, done_on: dt.date | None, *, is_cancelled: bool, today: dt.date
) -> MilestoneState:
    """Place a deliverable: without a due date it is never late."""
    if is_cancelled:
        return MilestoneState.CANCELLED
    is_late = due_on is not None and due_on < (done_on or today)
    if done_on is not None:
        return MilestoneState.DONE_LATE if is_late else MilestoneState.DONE
    return MilestoneState.LATE if is_late else MilestoneState.DUE


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
