"""One recommendation with everything about it: the stamp that its ETag is made of, and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import IntegerField, OuterRef, Subquery

from recommendations.api import (
    assessment,
    assignment,
    evidence,
    formats,
    indicator,
    milestone,
    passage,
    response,
    shapes,
)
from recommendations.api.components import SHAPES, declare
from recommendations.api.door import tag_of
from recommendations.api.subject import first_or_404, may_see_names
from recommendations.models import (
    Anchor,
    Assessment,
    Assignment,
    Event,
    Evidence,
    Indicator,
    Milestone,
    Observation,
    Passage,
    Person,
    Recommendation,
    Response,
    Theme,
)
from recommendations.models.translated import reader_language
from recommendations.rules.lifecycle import Kind

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from recommendations.api.door import type_of_row

COUNTED: Final = ("assessments", "evidence", "responses", "milestones", "indicators", "events", "children")
PARTS: Final = {
    "passages": shapes.many(shapes.ref("Passage")),
    "assignments": shapes.about("Those that stand.", shapes.many(shapes.ref("Assignment"))),
    "latest_self_assessment": shapes.maybe(shapes.ref("Assessment")),
    "latest_review": shapes.maybe(shapes.ref("Assessment")),
    "latest_response": shapes.maybe(shapes.ref("Response")),
    "milestones": shapes.many(shapes.ref("Milestone")),
    "indicators": shapes.many(shapes.ref("Indicator")),
    "evidence": shapes.about("The newest 50 pieces that stand.", shapes.many(shapes.ref("Evidence"))),
    "counts": shapes.record(**dict.fromkeys(COUNTED, shapes.WHOLE)),
}
MOST: Final = 50


def declare_detail() -> None:
    """Name the shape of the whole; the list's shape has to be known by then."""
    declare("RecommendationDetail", shapes.extended(SHAPES["Recommendation"], **PARTS), "A recommendation in full.")


def stamp(reference: str, reader: Person | None) -> dict[str, Any]:
    """Return in one statement all that the answer depends on: versions and counts of the item and its parts.

    Raises `Http404`.
    """
    item = OuterRef("pk")
    holders = Assignment.objects.filter(recommendation=item)
    values = Observation.objects.filter(indicator__recommendations=item)
    indicators = Indicator.objects.filter(recommendations=item)
    visible = Recommendation.objects.visible_to(reader)
    parts = {
        "theme_versions": _sum(Theme.objects.filter(recommendations=item), "version"),
        "holder_versions": _sum(holders, "organization__version"),
        "holder_names": _sum(holders, "person__version"),
        "indicator_versions": _sum(indicators, "version"),
        "indicator_last": _last(indicators),
        "indicator_items": _count(visible.filter(indicators__recommendations=item)),
        "observation_last": _last(values),
        "milestone_versions": _sum(Milestone.objects.filter(recommendation=item), "version"),
        "anchor_last": _last(Anchor.objects.filter(passage__recommendation=item)),
        "passage_last": _last(Passage.objects.filter(recommendation=item)),
        "writer_names": _sum(Assessment.objects.filter(recommendation=item), "author__version"),
        "evidence_names": _sum(Evidence.objects.filter(recommendation=item), "added_by__version"),
        "response_last": _last(Response.objects.filter(recommendation=item)),
        "child_count": _count(visible.filter(parent=item)),
    }
    found = Recommendation.objects.visible_to(reader).filter(reference=reference)
    row: dict[str, Any] = first_or_404(found.values("id", "version", "source__version", "parent__visibility", **parts))
    return row


def tag(stamp: dict[str, Any], reader: Person | None, today: dt.date) -> str:
    """Return the strong ETag: the version, and a hash of the stamp, the language, the day and what the reader sees."""
    seen = [reader_language(), today, may_see_names(reader), stamp]
    return tag_of(stamp["version"], formats.dumps(seen))


def rest(row: type_of_row, reader: Person | None) -> type_of_row:
    """Return the parts of an item: one statement each, whatever their number."""
    item, names = row["id"], may_see_names(reader)
    rated = {r["kind"]: r for r in assessment.rows(_latest(row))}
    responses = response.rows(Response.objects.filter(recommendation=item))[:1]
    indicators = indicator.rows(Indicator.objects.filter(recommendations=item).order_by("position", "id"), reader)
    pieces = evidence.rows(Evidence.objects.standing().filter(recommendation=item).order_by("-id"))[:MOST]
    standing = assignment.rows(Assignment.objects.standing().filter(recommendation=item).order_by("id"))
    passages = Passage.objects.filter(recommendation=item).select_related("source").with_place()
    milestones = milestone.rows(Milestone.objects.filter(recommendation=item).order_by("id"))
    return {
        "passages": [passage.present(r) for r in passages.order_by("position", "id")],
        "assignments": [assignment.present(r, names=names) for r in standing],
        "latest_self_assessment": _rated(rated.get(Kind.SELF), names=names),
        "latest_review": _rated(rated.get(Kind.REVIEW), names=names),
        "latest_response": next((response.present(r, names=names) for r in responses), None),
        "milestones": [milestone.present(r) for r in milestones],
        "indicators": [indicator.present(r) for r in indicators],
        "evidence": [evidence.present(r, names=names) for r in pieces],
        "counts": _counts(item, reader),
    }


def _latest(row: type_of_row) -> QuerySet[Assessment]:
    return Assessment.objects.filter(pk__in=[row["reported_id"], row["verified_id"]])


def _rated(row: type_of_row | None, *, names: bool) -> type_of_row | None:
    return assessment.present(row, names=names) if row else None


def _counts(item: int, reader: Person | None) -> dict[str, int]:
    children = Recommendation.objects.visible_to(reader).filter(parent=OuterRef("pk"))
    own = {
        "assessments": Assessment.objects.filter(recommendation=OuterRef("pk")),
        "evidence": Evidence.objects.standing().filter(recommendation=OuterRef("pk")),
        "responses": Response.objects.filter(recommendation=OuterRef("pk")),
        "milestones": Milestone.objects.filter(recommendation=OuterRef("pk")),
        "indicators": Indicator.objects.filter(recommendations=OuterRef("pk")),
        "events": Event.objects.filter(recommendation=OuterRef("pk")),
        "children": children,
    }
    counts = {f"n_{name}": _count(rows) for name, rows in own.items()}
    row: Any = Recommendation.objects.values(**counts).get(pk=item)
    return {name: row[f"n_{name}"] for name in COUNTED}


class _Figure(Subquery):
    """One figure over the rows of a subquery; 0 when there are none."""

    template = "(SELECT coalesce(%(function)s(part.value), 0) FROM (%(subquery)s) AS part(value))"
    output_field = IntegerField()


def _sum(rows: QuerySet[Any, Any], column: str) -> _Figure:
    return _Figure(rows.order_by().values(column), function="sum")


def _last(rows: QuerySet[Any, Any]) -> _Figure:
    return _Figure(rows.order_by().values("pk"), function="max")


def _count(rows: QuerySet[Any, Any]) -> _Figure:
    return _Figure(rows.order_by().values("pk"), function="count")
