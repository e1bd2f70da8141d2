"""Assessments: the status updates of a recommendation, and making one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from recommendations.actions import followup
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, may_see_names, visible
from recommendations.models import Assessment, Evidence
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.lifecycle import Blocker, EvidenceKind, Kind, Status

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
CITED: Final = shapes.record(
    id=shapes.IDENTITY,
    url=shapes.ADDRESS,
    title=shapes.TEXT,
    link=shapes.maybe(shapes.TEXT),
    dated_on=shapes.DAY,
    kind=shapes.one_of(EvidenceKind),
    is_standing=shapes.FLAG,
)
SHAPE: Final = declare(
    "Assessment",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        kind=shapes.about("`self`: what the owner says; `review`: what a reviewer found.", shapes.one_of(Kind)),
        value=shapes.one_of(Status, but=(Status.NOT_ASSESSED,)),
        as_of=shapes.about("The day it speaks of.", shapes.DAY),
        narrative=shapes.TEXT,
        next_step=shapes.TEXT,
        next_review_on=shapes.maybe(shapes.DAY),
        blockers=shapes.many(shapes.one_of(Blocker)),
        evidence=shapes.many(CITED),
        author=shapes.about("A name; null for strangers.", shapes.maybe(shapes.TEXT)),
        recorded_at=shapes.MOMENT,
        is_standing=shapes.about("Whether it was not retracted.", shapes.FLAG),
        retracted_at=shapes.maybe(shapes.MOMENT),
        retraction_reason=shapes.TEXT,
    ),
    "How far a recommendation is implemented, who says so, as of what day, on what evidence. Only ever retracted.",
)
SAME: Final = (
    *("kind", "value", "as_of", "narrative", "next_step", "next_review_on", "blockers", "recorded_at"),
    *("retracted_at", "retraction_reason"),
)


class Statement(bodies.Body):
    """A status update. What it cites was attached to the recommendation before."""

    kind = fields.Choice(Kind, help_text="`self` for owners, `review` for reviewers.")
    value = fields.Choice(Status, but=(Status.NOT_ASSESSED,))
    as_of = fields.Day(help_text="The day it speaks of; not later than today.")
    narrative = fields.Text(longest=words.TEXT, required=False)
    next_step = fields.Text(longest=words.TEXT, required=False)
    next_review_on = fields.Day(required=False, allow_null=True)
    blockers = fields.Many(fields.Choice(Blocker), required=False)
    evidence = fields.Many(fields.Identity(), required=False, help_text="Ids of evidence of this recommendation.")


class Retraction(bodies.Body):
    """Why it no longer counts."""

    reason = fields.Text(longest=words.TEXT, shortest=1)


def rows(assessments: QuerySet[Assessment]) -> QuerySet[Any, Any]:
    """Turn assessments into dicts, with what they cite."""
    names = {name: name for name in ("uuid", "title", "url", "dated_on", "kind", "retracted_at")}
    cited = Evidence.objects.filter(assessments=OuterRef("pk")).order_by("id").values(object=JSONObject(**names))
    made: QuerySet[Any, Any] = assessments.values(
        "id",
        "uuid",
        *SAME,
        reference=F("recommendation__reference"),
        author_name=F("author__name"),
        cited=ArraySubquery(cited),
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("assessments", row["uuid"]),
        "recommendation": row["reference"],
        "evidence": [_cited(piece) for piece in row["cited"]],
        "author": row["author_name"] if names else None,
        "is_standing": row["retracted_at"] is None,
        **{name: row[name] for name in SAME},
    }


def _cited(piece: dict[str, Any]) -> type_of_row:
    return {
        "id": piece["uuid"],
        "url": to("evidence", piece["uuid"]),
        "title": piece["title"],
        "link": piece["url"] or None,
        "dated_on": piece["dated_on"],
        "kind": piece["kind"],
        "is_standing": piece["retracted_at"] is None,
    }


class AssessmentsOfOne(Door):
    """The status updates of a recommendation."""

    @operation(
        "List assessments",
        "Assessment",
        says="The newest first, both kinds, retracted ones among them.",
        listed=True,
        dated=True,
    )
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        found = rows(Assessment.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, NEWEST, partial(present, names=may_see_names(self.person)), "Assessment")

    @operation(
        "Update the status",
        "Assessment",
        says="A self-assessment by an owner, or a review by a reviewer. What the rules forbid is answered with 409.",
        status=201,
        body=Statement,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"kind": "self", "value": "in_preparation", "as_of": "2026-11-20", "narrative": "A draft exists."},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record one."""
        seen, said = self.seen(needed=False), self.said(Statement)
        made = followup.assess(
            reference,
            said.pop("value"),
            kind=said.pop("kind"),
            statement=followup.Statement(**said),
            actor=self.actor,
            now=self.now,
            seen=seen,
        )
        return one(self, made.uuid, status=201)


class OneAssessment(Door):
    """A status update."""

    @operation("Read an assessment", "Assessment", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class AssessmentRetraction(Door):
    """A status update about to be taken back."""

    @operation(
        "Retract an assessment",
        "Assessment",
        says="For the person who made it, and stewards. It stays readable, and nothing rests on it any more.",
        body=Retraction,
        problems=(409,),
        has_etag=True,
        example={"reason": "It was about another recommendation."},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back."""
        followup.retract(id, self.said(Retraction)["reason"], actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer an assessment. Raises `Http404`."""
    row = first_or_404(rows(visible(Assessment.objects.filter(uuid=uuid), door.person)))
    return door.shown(present(row, names=may_see_names(door.person)), status=status)
