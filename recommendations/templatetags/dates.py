"""Days, periods and quantities as a reader writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from recommendations.models.translated import reader_language
from recommendations.rules.calendar import Precision, last_day

if TYPE_CHECKING:
    from recommendations.models import Observation, Source

register = template.Library()

FORMATS = {Precision.DAY: "DATE_FORMAT", Precision.MONTH: "YEAR_MONTH_FORMAT", Precision.YEAR: "Y"}
SHORT = {Precision.DAY: "j M", Precision.MONTH: "M Y", Precision.YEAR: "Y"}


@register.filter
def published(source: Source) -> str:
    """Write when a source was published, as exactly as it is known."""
    if source.published_on is None:
        return ""
    return _in_a_sentence(date_format(source.published_on, FORMATS[Precision(source.published_precision)]))


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
                return _in_a_sentence(date_format(start, FORMATS[precision]))
        if (end + dt.timedelta(days=1)).day == 1:
            return _("%(first)s – %(last)s") % {
                "first": _in_a_sentence(date_format(start, "YEAR_MONTH_FORMAT")),
                "last": _in_a_sentence(date_format(end, "YEAR_MONTH_FORMAT")),
            }
    return _("%(first)s – %(last)s") % {"first": date_format(start), "last": date_format(end)}


def _in_a_sentence(month: str) -> str:
    """Write a month as inside of a sentence: Django capitalises the Russian names."""
    return month[:1].lower() + month[1:] if reader_language() == "ru" else month


@register.filter
def quantity(value: Decimal | None) -> str:
    """Write a number without idle zeros, grouped."""
    if value is None:
        return ""
    return number_format(Decimal(f"{value.normalize():f}"), force_grouping=True).replace("-", "\N{MINUS SIGN}")


@register.filter
def days_since(day: dt.date, today: dt.date) -> int:
    """Count the days from a day to today."""
    return (today - day).days
