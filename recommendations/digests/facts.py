"""What is told of items and events: fetched once for all that a batch of digests names, however many readers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Max, OuterRef, Subquery

from recommendations.models import Event, Evidence, Milestone, Organization, Passage, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable

type_of_row = dict[str, Any]
_PLACE: Final = Passage.objects.filter(source=OuterRef("source"), recommendation=OuterRef("pk")).order_by("position")
_TITLES: Final = ("title_en", "title_ru")
_ITEM: Final = (
    "id",
    "reference",
    "sort_key",
    *_TITLES,
    "status",
    "reported_status",
    "verified_status",
    "verified_id",
    "reported_id",
    "target_on",
    "assessed_on",
    *(f"source__{name}" for name in (*_TITLES, "published_on", "published_precision")),
    "reported__next_step",
    "reported__next_review_on",
)
_EVENT: Final = (
    "id",
    "verb",
    "recommendation_id",
    "recorded_at",
    "before",
    "after",
    "actor__name",
    "actor__role",
    *(f"actor__organization__{name}_{code}" for name in ("short_name", "name") for code in ("en", "ru")),
)


def items(numbers: Iterable[int]) -> dict[int, type_of_row]:
    """Return each item with these numbers: its columns, where its source says it (`section`), the newest evidence of each
    kind (`exhibits`, (kind, date)), its next open milestone (`milestone`, (title, date)), a link that was lost
    (`lost_evidence`). Three statements.
    """
    wanted = list(numbers)
    if not wanted:
        return {}
    dead = Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk")).order_by("pk")
    said = {"section": Subquery(_PLACE.values("section")[:1]), "lost_evidence": Subquery(dead.values("title")[:1])}
    found = {row["id"]: row for row in Recommendation.objects.filter(pk__in=wanted).order_by().values(*_ITEM, **said)}
    pieces = defaultdict(list)
    standing = Evidence.objects.standing().filter(recommendation__in=wanted).order_by()
    for item, *piece in standing.values_list("recommendation_id", "kind").annotate(newest=Max("dated_on")):
        pieces[item].append(tuple(piece))
    coming = Milestone.objects.filter(recommendation__in=wanted, done_on=None, cancelled_at=None)
    ordered = coming.order_by("recommendation_id", F("due_on").asc(nulls_last=True), "id").distinct("recommendation_id")
    stones = {item: tuple(stone) for item, *stone in ordered.values_list("recommendation_id", "title", "due_on")}
    for number, row in found.items():
        row.update(exhibits=pieces.get(number, []), milestone=stones.get(number, ("", None)))
    return found


def events(numbers: Iterable[int]) -> dict[int, type_of_row]:
    """Return each event with these numbers, `body` being the organization that it names by its slug. Two statements."""
    wanted = list(numbers)
    if not wanted:
        return {}
    found = {row["id"]: row for row in Event.objects.filter(pk__in=wanted).order_by().values(*_EVENT)}
    slugs = {row["after"].get("organization") for row in found.values()} - {None}
    bodies = {body.slug: body for body in Organization.objects.filter(slug__in=slugs)} if slugs else {}
    for row in found.values():
        row["body"] = bodies.get(row["after"].get("organization"))
    return found
