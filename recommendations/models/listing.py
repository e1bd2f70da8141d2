"""Lists of recommendations: in which order, and as rows made by one statement. Shared by pages, API and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject

from recommendations.models.assignment import Assignment, AssignmentRole
from recommendations.models.evidence import Evidence
from recommendations.models.keyset import Order
from recommendations.models.pace import pace_of
from recommendations.models.person import role_of
from recommendations.models.recommendation import FAR
from recommendations.models.theme import Theme
from recommendations.rules import access
from recommendations.rules.access import Visibility
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Priority

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet
    from django.db.models.enums import TextChoices

    from recommendations.models.person import Person, Register
    from recommendations.models.recommendation import RecommendationQuerySet

COLUMNS: Final = (
    "id",
    "reference",
    "sort_key",
    "title_en",
    "title_ru",
    "description_en",
    "description_ru",
    "instrument",
    "priority",
    "target_on",
    "visibility",
    "withdrawn_at",
    "version",
    "created_at",
    "updated_at",
    "status",
    "reported_status",
    "verified_status",
    "reported_id",
    "verified_id",
    "assessed_on",
    "heard_at",
    "answer",
    "elements",
    "source__slug",
    "source__title_en",
    "source__title_ru",
)


def ordered(rows: RecommendationQuerySet, ordering: str) -> tuple[RecommendationQuerySet, Order]:
    """Give a list the column that its order needs (see `rules.selection.ORDERINGS`), and the order for keyset pages.

    Items without a due date come last; high priority and early stages come first; a hyphen turns it round.
    """
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if name == "due_on":
        rows, column = rows.annotate(due_on=Coalesce("target_on", Value(FAR))), "due_on"
    elif name == "priority":
        rows, column = rows.annotate(priority_rank=_rank("priority", Priority)), "priority_rank"
    elif name == "status":
        rows, column = rows.annotate(status_rank=_rank("status", Status)), "status_rank"
    else:
        column = {"reference": "sort_key"}.get(name, name)
    return rows, Order(ordering, column, descending)


def as_rows(
    items: RecommendationQuerySet, *columns: str, reader: Person | Register | AnonymousUser | None
) -> QuerySet[Model, dict[str, Any]]:
    """Turn a list into dicts: `COLUMNS`, `columns`, `theme_slugs`, `lead`, `pace`, `has_lost_evidence` and two references.

    `lead` is None or {"slug", "name_en", "name_ru"}, `pace` is what `models.pace.silence` asks for; `parent_reference` and `merged_reference` are None also where the
    reader may not see what they name.
    """
    themes = Theme.objects.filter(recommendations=OuterRef("pk")).order_by("position", "slug").values("slug")
    made: QuerySet[Model, dict[str, Any]] = items.values(
        *COLUMNS,
        *columns,
        theme_slugs=ArraySubquery(themes),
        lead=Subquery(lead_of(OuterRef("pk"))),
        has_lost_evidence=Exists(Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk"))),
        pace=Subquery(pace_of(OuterRef("instrument"))),
        parent_reference=reference_of("parent", reader),
        merged_reference=reference_of("merged_into", reader),
    )
    return made


def reference_of(relation: str, reader: Person | Register | AnonymousUser | None) -> Case | F:
    """Return the reference of what an item is a part or a duplicate of, or NULL where the reader may not know it."""
    if access.may_read_internal(role_of(reader)):
        return F(f"{relation}__reference")
    known = When(**{f"{relation}__visibility": Visibility.PUBLIC}, then=F(f"{relation}__reference"))
    return Case(known, default=None)


def lead_of(item: OuterRef) -> QuerySet[Assignment, Any]:
    """Return the leading organization of an item as an object, for a subquery."""
    leading = Assignment.objects.standing().filter(recommendation=item, role=AssignmentRole.LEAD)
    names = {name: f"organization__{name}" for name in ("slug", "name_en", "name_ru")}
    made: QuerySet[Assignment, Any] = leading.values(object=JSONObject(**names))
    return made


def _rank(column: str, choices: type[TextChoices]) -> Case:
    places = [When(**{column: value}, then=Value(rank)) for rank, value in enumerate(choices.values)]
    return Case(*places, output_field=IntegerField())
