"""Evidence: what was attached to a recommendation, one piece, attaching and retracting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import evidence
from recommendations.api import fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, may_see_names, visible
from recommendations.models import Evidence
from recommendations.models.keyset import Order
from recommendations.rules import links, words
from recommendations.rules.lifecycle import EvidenceKind

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Evidence",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        title=shapes.TEXT,
        link=shapes.about("The web address that is cited; null for a file.", shapes.maybe(shapes.TEXT)),
        issuer=shapes.TEXT,
        dated_on=shapes.about("The date of the document.", shapes.DAY),
        kind=shapes.one_of(EvidenceKind),
        added_by=shapes.about("A name; null for strangers.", shapes.maybe(shapes.TEXT)),
        added_at=shapes.MOMENT,
        is_standing=shapes.about("Whether it was not retracted.", shapes.FLAG),
        retracted_at=shapes.maybe(shapes.MOMENT),
        retraction_reason=shapes.TEXT,
        version=shapes.VERSION,
    ),
    "What shows that something happened. Never deleted, only retracted with a reason.",
)
SAME: Final = ("title", "issuer", "dated_on", "kind", "added_at", "retracted_at", "retraction_reason", "version")


class Attachment(fields.Body):
    """A link about to become evidence."""

    title = fields.Text(longest=words.TITLE, shortest=1)
    link = fields.Text(longest=links.MAX_LENGTH, shortest=1, help_text="A public web address, http or https.")
    dated_on = fields.Day(help_text="The date of the document; not later than today.")
    kind = fields.Choice(EvidenceKind)
    issuer = fields.Text(longest=words.LINE, required=False)


class Retraction(fields.Body):
    """Why it no longer counts."""

    reason = fields.Text(longest=words.TEXT, shortest=1)


def rows(pieces: QuerySet[Evidence]) -> QuerySet[Any, Any]:
    """Turn pieces of evidence into dicts."""
    made: QuerySet[Any, Any] = pieces.values(
        "id", "uuid", "url", *SAME, reference=F("recommendation__reference"), author=F("added_by__name")
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("evidence", row["uuid"]),
        "recommendation": row["reference"],
        "link": row["url"] or None,
        "added_by": row["author"] if names else None,
        "is_standing": row["retracted_at"] is None,
        **{name: row[name] for name in SAME},
    }


class EvidenceOfOne(Door):
    """What was attached to a recommendation."""

    renames = {"url": "link"}

    @operation(
        "List evidence", "Evidence", says="The newest first, retracted pieces among them.", listed=True, dated=True
    )
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of it."""
        found = rows(Evidence.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, NEWEST, partial(present, names=may_see_names(self.person)), "Evidence")

    @operation(
        "Attach evidence",
        "Evidence",
        says="For owners of the recommendation, reviewers and stewards.",
        status=201,
        body=Attachment,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={
            "title": "Decree 7",
            "link": "https://example.org/decree/7",
            "dated_on": "2026-03-01",
            "kind": "primary",
        },
    )
    def post(self, request: Request, reference: str) -> Response:
        """Attach a link."""
        seen, said = self.seen(needed=False), self.said(Attachment)
        draft = evidence.Draft(url=said.pop("link"), **said)
        made = evidence.attach(reference, draft, actor=self.actor, now=self.now, seen=seen)
        return one(self, made.uuid, status=201)


class OneEvidence(Door):
    """A piece of evidence."""

    @operation("Read a piece of evidence", "Evidence", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class EvidenceRetraction(Door):
    """A piece of evidence about to be retracted."""

    @operation(
        "Retract a piece of evidence",
        "Evidence",
        says="For the person who attached it, and stewards. It stays readable, and no longer counts.",
        body=Retraction,
        problems=(409,),
        has_etag=True,
        example={"reason": "The link shows another decree."},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Retract it."""
        evidence.retract(id, self.said(Retraction)["reason"], actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a piece of evidence. Raises `Http404`."""
    row = first_or_404(rows(visible(Evidence.objects.filter(uuid=uuid), door.person)))
    return door.shown(present(row, names=may_see_names(door.person)), status=status, version=row["version"])
