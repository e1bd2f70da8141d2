"""The words for codes in both languages, as they stand in publications: frozen with them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.utils import translation

from recommendations.models.change import ChangeKind
from recommendations.models.translated import LANGUAGES, translated
from recommendations.rules.calendar import Delivery, Freshness, MilestoneState
from recommendations.rules.lifecycle import EvidenceKind, Kind, Status
from recommendations.rules.publication import Column, Section
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models.enums import TextChoices

LISTS: Final[dict[str, type[TextChoices]]] = {
    "status": Status,
    "rating": Kind,
    "delivery": Delivery,
    "freshness": Freshness,
    "response": Answer,
    "instrument": Instrument,
    "priority": Priority,
    "evidence": EvidenceKind,
    "milestone": MilestoneState,
    "change": ChangeKind,
    "column": Column,
    "section": Section,
}


def all_of_them() -> dict[str, dict[str, dict[str, str]]]:
    """Return the words of every closed list: by list, code and language."""
    return {name: {value.value: each(partial(_label, value)) for value in some} for name, some in LISTS.items()}


def _label(value: TextChoices) -> str:
    return str(value.label)


def each(word: Callable[[], str]) -> dict[str, str]:
    """Ask for a text in each language."""
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = word()
    return found


def pair(row: Any, column: str) -> dict[str, str]:
    """Return a column of a row, or members of a dict, in each language; the other one where there is no translation."""
    if isinstance(row, dict):
        texts = {code: row[f"{column}_{code}"] for code in LANGUAGES}
        return {code: text or next(filter(None, texts.values()), "") for code, text in texts.items()}
    return each(lambda: translated(row, column))
