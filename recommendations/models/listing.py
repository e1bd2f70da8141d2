"""Lists of recommendations: in which order, and as rows made by one statement. Shared by pages, API and exports."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Subquery, When
from django.db.models.functions import JSONObject

from recommendations.models import orders
from recommendations.models.assignment import Assignment, AssignmentRole
from recommendations.models.evidence import Evidence
from recommendations.models.keyset import Order
from recommendations.models.pace import pace_of
from recommendations.models.person import role_of
from recommendations.models.prepared import Prepared
from recommendations.models.recommendation import Recommendation
from recommendations.models.theme import Theme
from recommendations.rules import access
from recommendations.rules.access import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet

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


PARTS: Final = frozenset(("theme_slugs", "lead", "has_lost_evidence", "pace", "parent_reference", "merged_reference"))


def ordered(rows: RecommendationQuerySet, ordering: str) -> tuple[RecommendationQuerySet, Order]:
    """Give a list the column that its order needs (see `rules.selection.ORDERINGS`), and the order for keyset pages.

    By relevance it is in the order of the references: how a search is ranked is told by models/relevance.py.

    Items without a due date come last; high priority and early stages come first; a hyphen turns it round.
    """
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if name == "due_on":
        rows, column = rows.annotate(due_on=orders.due_on()), "due_on"
    elif name == "priority":
        rows, column = rows.annotate(priority_rank=orders.priority_rank()), "priority_rank"
    elif name == "status":
        rows, column = rows.annotate(status_rank=orders.status_rank()), "status_rank"
    else:
        column = "updated_at" if name == "updated_at" else "sort_key"
    return rows, Order(ordering, column, descending)


def as_rows(
    items: RecommendationQuerySet, *columns: str, reader: Person | Register | AnonymousUser | None
) -> QuerySet[Model, dict[str, Any]]:
    """Turn a list into dicts: `COLUMNS`, `columns`, and `PARTS`: `theme_slugs`, `lead`, `pace`, `has_lost_evidence`, two references.

    `lead` is None or {"slug", "name_en", "name_ru"}, `pace` is what `models.pace.silence` asks for; `parent_reference` and `merged_reference` are None also where the
    reader may not see what they name.
    """
    return _rows(items, columns, sees_all=access.may_read_internal(role_of(reader)))


@cache
def prepared_rows(sees_all: bool, without: frozenset[str] = frozenset()) -> Prepared[Recommendation]:  # noqa: FBT001 - a key of the cache
    """Return the same question by keys, for those who see all or only what is public; `without` some of `PARTS`."""
    items = Recommendation.objects.all() if sees_all else Recommendation.objects.filter(visibility=Visibility.PUBLIC)
    return Prepared(_rows(items.order_by(), (), sees_all=sees_all, without=without))


def _rows(
    items: RecommendationQuerySet, columns: Iterable[str], *, sees_all: bool, without: frozenset[str] = frozenset()
) -> QuerySet[Recommendation, dict[str, Any]]:
    themes = Theme.objects.filter(recommendations=OuterRef("pk")).order_by("position", "slug").values("slug")
    parts: dict[str, Any] = {
        "theme_slugs": ArraySubquery(themes),
        "lead": Subquery(lead_of(OuterRef("pk"))),
        "has_lost_evidence": Exists(Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk"))),
        "pace": Subquery(pace_of(OuterRef("instrument"))),
        "parent_reference": reference_of("parent", sees_all=sees_all),
        "merged_reference": reference_of("merged_into", sees_all=sees_all),
    }
    made: QuerySet[Recommendation, dict[str, Any]] = items.values(
        *COLUMNS, *columns, **{name: part for name, part in parts.items() if name not in without}
    )
    return made


def reference_of(relation: str, *, sees_all: bool) -> Case | F:
    """Return the reference of what an item is a part or a duplicate of, or NULL where the reader may not know it."""
    if sees_all:
        return F(f"{relation}__reference")
    known = When(**{f"{relation}__visibility": Visibility.PUBLIC}, then=F(f"{relation}__reference"))
    return Case(known, default=None)


def lead_of(item: OuterRef) -> QuerySet[Assignment, Any]:
    """Return the leading organization of an item as an object, for a subquery."""
    leading = Assignment.objects.standing().filter(recommendation=item, role=AssignmentRole.LEAD)
    names = {name: f"organization__{name}" for name in ("slug", "name_en", "name_ru")}
    made: QuerySet[Assignment, Any] = leading.values(object=JSONObject(**names))
    return made
