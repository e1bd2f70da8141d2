"""Columns that exist once per language, and the reader's one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Case, CharField, F, When
from django.utils.formats import date_format
from django.utils.translation import get_language

from recommendations.rules.calendar import Precision

if TYPE_CHECKING:
    import datetime as dt

LANGUAGES: Final = ("en", "ru")
_FORMATS: Final = {Precision.DAY: "DATE_FORMAT", Precision.MONTH: "YEAR_MONTH_FORMAT", Precision.YEAR: "Y"}


def reader_language() -> str:
    """Return the reader's language: en or ru."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def translated(row: object, column: str) -> str:
    """Return `column` in the reader's language, or in the other one while there is no translation."""
    first = reader_language()
    second = next(language for language in LANGUAGES if language != first)
    return str(getattr(row, f"{column}_{first}") or getattr(row, f"{column}_{second}"))


def translated_column(column: str, language: str) -> Case:
    """Return the same choice as an SQL expression; `column` may lead through relations (theme__name)."""
    other = next(code for code in LANGUAGES if code != language)
    empty = {f"{column}_{language}": ""}
    return Case(When(**empty, then=F(f"{column}_{other}")), default=F(f"{column}_{language}"), output_field=CharField())


def written(day: dt.date, precision: Precision) -> str:
    """Write a day as exactly as it is known, in a sentence of the reader's language: 12 June 2019; June 2019; 2019."""
    said = date_format(day, _FORMATS[precision])
    return said.lower() if reader_language() == "ru" else said  # Django begins Russian months with a capital
