"""Texts that exist once per language: the reader's one, and each by itself."""

from __future__ import annotations

from typing import Any

from recommendations.models.translated import LANGUAGES


def chosen(row: dict[str, Any], column: str, language: str) -> str:
    """Return the reader's language of a column, or the other one while there is no translation."""
    if row[f"{column}_{language}"]:
        return str(row[f"{column}_{language}"])
    return next((str(row[f"{column}_{code}"]) for code in LANGUAGES if row[f"{column}_{code}"]), "")


def all_of(row: dict[str, Any], column: str, language: str) -> dict[str, str]:
    """Return the chosen one and each by itself: title, title_en, title_ru."""
    each = {f"{column}_{code}": row[f"{column}_{code}"] for code in LANGUAGES}
    return {column: chosen(row, column, language), **each}


def moment(text: str | None) -> str | None:
    """Write a time that the database has put into JSON as everywhere else: in UTC with Z."""
    return text.replace("+00:00", "Z") if text else None
