"""Which days a look back over time stands at: the end of each day, week or month, and the day that it looks from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

from recommendations.rules.calendar import Precision, last_day
from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 366  # marks that are answered at once
FITTING: Final = 31  # marks that one chart shows
_SUNDAY: Final = 6


class Step(TextChoices):
    """How far the marks are apart."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


_ENDS: Final[dict[Step, Callable[[dt.date], dt.date]]] = {
    Step.DAY: lambda day: day,
    Step.WEEK: lambda day: day + dt.timedelta(days=_SUNDAY - day.weekday()),
    Step.MONTH: lambda day: last_day(day, Precision.MONTH),
}


def marks(first: dt.date, last: dt.date, step: Step) -> list[dt.date]:
    """Return the ends of all days, weeks (Sundays) or months from that of `first` on, and `last` as the last one."""
    found = []
    day = _ENDS[step](first)
    while day < last:
        found.append(day)
        day = _ENDS[step](day + dt.timedelta(days=1))
    return [*found, last]


def fitting(first: dt.date, last: dt.date) -> Step:
    """Return the shortest step of which not more than `FITTING` marks fit between two days; months at last."""
    days = (last - first).days + 1
    return Step.DAY if days <= FITTING else Step.WEEK if days <= (FITTING - 1) * 7 else Step.MONTH


def check(first: dt.date, last: dt.date, step: Step) -> list[Problem]:
    """Return what is wrong with a question for so many marks; nothing for what can be answered."""
    if first > last:
        return [Problem("bad_period", _("The first day has to come before the last one."), "since")]
    days = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 28}[step]
    if (last - first).days // days >= MOST:
        text = _("These are too many marks; at most %(most)s are answered at once: begin later, or make longer steps.")
        return [Problem("bad_period", text % {"most": MOST}, "since")]
    return []
