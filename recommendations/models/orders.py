"""What lists are sorted by that is not a column: expressions that indexes hold as well."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Case, CharField, DateField, Func, IntegerField, Value, When
from django.db.models.functions import Coalesce

from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Priority

if TYPE_CHECKING:
    from django.db.models.enums import TextChoices

FAR: Final = dt.date(9999, 12, 31)


class SortKey(Func):
    """RB-9 before RB-10: the number of a reference with leading zeros."""

    template = "(split_part(%(expressions)s, '-', 1) || '-' || lpad(split_part(%(expressions)s, '-', 2), 9, '0'))"
    output_field = CharField(max_length=24)


def due_on() -> Coalesce:
    """Sort by target date; what has none comes last."""
    return Coalesce("target_on", Value(FAR), output_field=DateField())


def priority_rank() -> Case:
    """Sort by priority; high first."""
    return _rank("priority", Priority)


def status_rank() -> Case:
    """Sort by status; early stages first."""
    return _rank("status", Status)


def _rank(column: str, choices: type[TextChoices]) -> Case:
    places = [When(**{column: value}, then=Value(rank)) for rank, value in enumerate(choices.values)]
    return Case(*places, output_field=IntegerField())
