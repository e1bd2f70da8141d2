"""One recommendation with everything about it: the stamp that its ETag is made of, and its parts."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404

from recommendations.api import (
    assessment,
    assignment,
    evidence,
    flags,
    indicator,
    milestone,
    passage,
    response,
    shapes,
)
from recommendations.api.components import SHAPES, declare
from recommendations.api.subject import may_see_names
from recommendations.models import Assessment, Assignment, Evidence, Indicator, Milestone, Passage, Response
from recommendations.models.prepared import Prepared
from recommendations.models.stamp import stamp
from recommendations.models.translated import reader_language
from recommendations.rules.lifecycle import Kind

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.api.door import Door, type_of_row
    from recommendations.models import Person
    from recommendations.models.stamp import Counts, Stamp

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
    "flags": shapes.about("What each computed flag rests on.", flags.SHAPE),
    "counts": shapes.record(**dict.fromkeys(COUNTED, shapes.WHOLE)),
}
MOST: Final = 50


def declare_detail() -> None:
    """Name the shape of the whole; the list's shape has to be known by then."""
    declare("RecommendationDetail", shapes.extended(SHAPES["Recommendation"], **PARTS), "A recommendation in full.")


def stamped(reference: str, reader: Person | None) -> Stamp:
    """Return what the answer depends on. Raises `Http404`."""
    found = stamp(reference, reader)
    if found is None:
        raise Http404
    return found


def tag(stamp: Stamp, door: Door) -> str:
    """Return the strong ETag: the version, and a hash of the stamp, the language, the day and what the reader sees."""
    seen = [reader_language(), door.today, may_see_names(door.person), stamp.parts, asdict(stamp.counts)]
    return door.tag(stamp.version, seen)


def rest(row: type_of_row, counts: Counts, reader: Person | None, today: dt.date) -> type_of_row:
    """Return the parts of an item: one statement for each kind that it has, whatever their number."""
    names, item = may_see_names(reader), row["id"]
    rated = _rated(row, names=names)
    return {
        "passages": _passages(item) if counts.passages else [],
        "assignments": [assignment.present(one, names=names) for one in _of("assignments", item, counts.assignments)],
        "latest_self_assessment": rated.get(Kind.SELF),
        "latest_review": rated.get(Kind.REVIEW),
        "latest_response": _response(item, counts.responses, names=names),
        "milestones": [milestone.present(one, today=today) for one in _of("milestones", item, counts.milestones)],
        "indicators": _indicators(item, reader) if counts.indicators else [],
        "evidence": [evidence.present(one, names=names) for one in _of("evidence", item, counts.evidence)],
        "flags": flags.explained(row, rated, today),
        "counts": {name: getattr(counts, name) for name in COUNTED},
    }


def _of(part: str, item: int, count: int) -> list[type_of_row]:
    return _parts(part).rows(item) if count else []


@cache
def _parts(part: str) -> Prepared[Any]:
    """Return what asks for a part of an item: its statement is written once."""
    item = "recommendation_id"
    match part:
        case "assignments":
            return Prepared(assignment.rows(Assignment.objects.standing().order_by("id")), item)
        case "milestones":
            return Prepared(milestone.rows(Milestone.objects.order_by("id")), item)
        case "responses":
            return Prepared(response.rows(Response.objects.all()), item, most=1)
        case "evidence":
            return Prepared(evidence.rows(Evidence.objects.standing().order_by("-id")), item, most=MOST)
        case _:
            return Prepared(assessment.rows(Assessment.objects.order_by("id")))


def _rated(row: type_of_row, *, names: bool) -> dict[str, type_of_row]:
    keys = [key for key in (row["reported_id"], row["verified_id"]) if key is not None]
    found = _parts("assessments").rows(*keys) if keys else []
    return {one["kind"]: assessment.present(one, names=names) for one in found}


def _passages(item: int) -> list[type_of_row]:
    found = Passage.objects.filter(recommendation=item).select_related("source").with_place().order_by("position", "id")
    return [passage.present(one) for one in found]


def _response(item: int, count: int, *, names: bool) -> type_of_row | None:
    return next((response.present(one, names=names) for one in _of("responses", item, count)), None)


def _indicators(item: int, reader: Person | None) -> list[type_of_row]:
    found = Indicator.objects.filter(recommendations=item).order_by("position", "id")
    return [indicator.present(one) for one in indicator.rows(found, reader)]
