"""The columns of the register's file, as expressions of a query: the database makes the values, and writes the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, CharField, F, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat, NullIf

from recommendations.exchange import cells
from recommendations.models import Assignment, Theme, flags, listing
from recommendations.models.assignment import AssignmentRole
from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import CROSSWALK

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet
    from django.db.models.expressions import Combinable

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.models.recommendation import RecommendationQuerySet

    type_of_columns = dict[str, Combinable]

# What can be imported stands first, under the names that an import takes.
COLUMNS: Final = (
    "reference", "title_en", "title_ru", "description_en", "description_ru", "source", "themes", "instrument",
    "priority", "target_on", "visibility", "parent", "status", "is_self_reported", "reported_status",
    "verified_status", "disagreement", "assessed_on", "response", "delivery", "freshness", "lead", "withdrawn_at",
    "created_at", "updated_at", "version",
)  # fmt: skip
RATINGS: Final = ("status", "reported_status", "verified_status")
SCALED: Final = tuple(f"scale_{name}" for name in RATINGS)  # the same in another body's words
FLAGS: Final = frozenset({"is_self_reported", "disagreement"})
DAYS: Final = frozenset({"target_on", "assessed_on"})
MOMENTS: Final = frozenset({"withdrawn_at", "created_at", "updated_at"})
NUMBERS: Final = frozenset({"version"})
_TYPED: Final = ("title_en", "title_ru", "description_en", "description_ru")
_PREFIX: Final = "as_"  # a column of the file may have the name of another one in the table
_SELF_REPORTED: Final = Q(verified_status=Status.NOT_ASSESSED) & ~Q(reported_status=Status.NOT_ASSESSED)


class _Moment(Func):
    """A time in UTC with Z; fractions only where there are any, as everywhere in answers."""

    template = (
        """replace(to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000Z', 'Z')"""
    )
    output_field = TextField()


class _Day(Func):
    """A date as ISO 8601 writes it, whatever the session's own way."""

    template = "to_char(%(expressions)s, 'YYYY-MM-DD')"
    output_field = TextField()


def names(scale: str | None) -> tuple[str, ...]:
    """Return the names of the columns, with those of another body's scale where one is asked for."""
    return (*COLUMNS, *SCALED) if scale else COLUMNS


def rows(
    items: RecommendationQuerySet,
    *,
    reader: Person | Register | AnonymousUser | None,
    today: dt.date,
    scale: str | None,
    is_table: bool,
) -> QuerySet[Model, tuple[Any, ...]]:
    """Turn a list into rows of `names(scale)`.

    With `is_table` every value is a text or NULL, and none could be taken for a formula; otherwise as JSON has them.
    """
    found = {**_columns(reader, today), **(_scaled(scale) if scale else {})}
    if is_table:
        found = {name: _cell(name, value) for name, value in found.items()}
    chosen = [f"{_PREFIX}{name}" for name in names(scale)]
    made: QuerySet[Model, tuple[Any, ...]] = items.annotate(
        **{f"{_PREFIX}{name}": found[name] for name in names(scale)}
    ).values_list(*chosen)
    return made


def _columns(reader: Person | Register | AnonymousUser | None, today: dt.date) -> type_of_columns:
    themes = Theme.objects.filter(recommendations=OuterRef("pk")).order_by("position", "slug").values("slug")
    leading = Assignment.objects.standing().filter(recommendation=OuterRef("pk"), role=AssignmentRole.LEAD)
    return {
        **{name: F(name) for name in COLUMNS if name in listing.COLUMNS},
        **{name: _Day(name) for name in DAYS},
        **{name: _Moment(name) for name in MOMENTS},
        "source": F("source__slug"),
        "themes": ArraySubquery(themes),
        "parent": listing.reference_of("parent", sees_all=access.may_read_internal(role_of(reader))),
        "is_self_reported": _flag(_SELF_REPORTED),
        "disagreement": _flag(flags.DISAGREEMENT),
        "response": _some("answer"),
        "delivery": _placed((value, flags.delivery((value,), today)) for value in Delivery),
        "freshness": _placed((value, flags.freshness((value,), today)) for value in Freshness),
        "lead": Subquery(leading.values("organization__slug")),
    }


def _scaled(scale: str) -> type_of_columns:
    """Say each rating in another body's words; NULL where that body has none for it."""
    said = [(status, words[scale]) for status, words in CROSSWALK.items() if scale in words]
    return {f"scale_{name}": _placed((words, Q(**{name: status})) for status, words in said) for name in RATINGS}


def _cell(name: str, value: Combinable) -> Combinable:
    if name in _TYPED:
        formula = When(**{f"{name}__regex": f"^{cells.FORMULA}"}, then=Concat(Value("'"), F(name)))
        return _some(Case(formula, default=F(name), output_field=TextField()))
    if name == "themes":
        return _some(Func(value, Value(","), function="array_to_string", output_field=TextField()))
    return Cast(value, TextField()) if name in FLAGS else value


def _some(text: Combinable | str) -> NullIf:
    """Nothing instead of an empty text."""
    return NullIf(text, Value("", TextField()), output_field=TextField())


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _placed(places: Iterable[tuple[str, Q]]) -> Case:
    return Case(*[When(condition, then=Value(str(value))) for value, condition in places], output_field=CharField())
