"""Days, periods and quantities as a reader writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.models.translated import reader_language, written
from recommendations.rules.calendar import Precision, last_day

if TYPE_CHECKING:
    from recommendations.models import Observation

register = template.Library()

SHORT = {Precision.DAY: "j M", Precision.MONTH: "M Y", Precision.YEAR: "Y"}


@register.filter
def to_precision(day: dt.date, precision: Precision) -> str:
    """Write a day shortly, for the scale of a chart: 12 Jun; Jun 2019; 2019."""
    said = date_format(day, SHORT[precision])
    return said.lower() if reader_language() == "ru" else said


@register.filter
def period(observation: Observation) -> str:
    """Write the period of a value: 2018; January 2019; 12 June 2019; January 2019 – April 2019."""
    start, end = observation.period_start, observation.period_end
    if start == end:
        return date_format(start)
    if start.day == 1:
        for precision in (Precision.YEAR, Precision.MONTH):
            whole = precision == Precision.MONTH or start.month == 1
            if whole and last_day(start, precision) == end:
                return written(start, precision)
        if (end + dt.timedelta(days=1)).day == 1:
            return _("%(first)s – %(last)s") % {
                "first": written(start, Precision.MONTH),
                "last": written(end, Precision.MONTH),
            }
    return _("%(first)s – %(last)s") % {"first": date_format(start), "last": date_format(end)}


@register.filter
def quantity(value: Decimal | None) -> str:
    """Write a number without idle zeros, grouped."""
    if value is None:
        return ""
    return number_format(Decimal(f"{value.normalize():f}"), force_grouping=True).replace("-", "\N{MINUS SIGN}")


@register.filter
def days_since(day: dt.date, today: dt.date) -> int:
    """Count the days from a day to today; what is a day ahead, where the clock is ahead, is of today."""
    return max((today - day).days, 0)


@register.filter
def days_ago(day: dt.date, today: dt.date) -> str:
    """Say how long ago a day was: today; 12 days ago."""
    days = days_since(day, today)
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days} if days else _("today")
