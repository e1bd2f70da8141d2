"""Responses: what addressees answered to a recommendation, and recording an answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from recommendations.actions import response
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, may_see_names, visible
from recommendations.api.wording import chosen
from recommendations.models import Evidence, Response
from recommendations.models.keyset import Order
from recommendations.models.translated import reader_language
from recommendations.rules import words
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response as HttpResponse

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Response",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        organization=shapes.record(slug=shapes.SLUG, url=shapes.ADDRESS, name=shapes.TEXT),
        answer=shapes.one_of(Answer),
        responded_on=shapes.DAY,
        statement=shapes.TEXT,
        evidence=shapes.about("Ids of what it cites.", shapes.many(shapes.IDENTITY)),
        author=shapes.about("Who recorded it; null for strangers.", shapes.maybe(shapes.TEXT)),
        recorded_at=shapes.MOMENT,
    ),
    "An addressee's answer on a date. Never changed: a new one follows.",
)
SAME: Final = ("answer", "responded_on", "statement", "recorded_at")


class Answered(bodies.Body):
    """What an organization answered. What it cites was attached to the recommendation before."""

    organization = fields.Slug(help_text="Who answers: owners answer for their own organization.")
    answer = fields.Choice(Answer)
    responded_on = fields.Day(help_text="Not later than today, not before the source was published.")
    statement = fields.Text(longest=words.TEXT, required=False)
    evidence = fields.Many(fields.Identity(), required=False, help_text="Ids of evidence of this recommendation.")


def rows(responses: QuerySet[Response]) -> QuerySet[Any, Any]:
    """Turn responses into dicts."""
    body = {f"body_{name}": F(f"organization__{name}") for name in ("slug", "name_en", "name_ru")}
    cited = Evidence.objects.filter(responses=OuterRef("pk")).order_by("id").values("uuid")
    made: QuerySet[Any, Any] = responses.order_by("-responded_on", "-id").values(
        "id",
        "uuid",
        *SAME,
        reference=F("recommendation__reference"),
        author_name=F("author__name"),
        cited=ArraySubquery(cited),
        **body,
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    slug = row["body_slug"]
    name = chosen(row, "body_name", reader_language())
    return {
        "id": row["uuid"],
        "url": to("responses", row["uuid"]),
        "recommendation": row["reference"],
        "organization": {"slug": slug, "url": to("organizations", slug), "name": name},
        "evidence": row["cited"],
        "author": row["author_name"] if names else None,
        **{column: row[column] for column in SAME},
    }


class ResponsesOfOne(Door):
    """What addressees answered to a recommendation."""

    @operation("List responses", "Response", says="The newest first.", listed=True, dated=True)
    def get(self, request: Request, reference: str) -> HttpResponse:
        """Answer a page of them."""
        found = rows(Response.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, NEWEST, partial(present, names=may_see_names(self.person)), "Response")

    @operation(
        "Record a response",
        "Response",
        says="For owners of the recommendation, and stewards on behalf of any organization.",
        status=201,
        body=Answered,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"organization": "ministry", "answer": "in_part", "responded_on": "2026-11-20"},
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        """Record one."""
        seen, draft = self.seen(needed=False), response.Draft(**self.said(Answered))
        return one(self, response.respond(reference, draft, actor=self.actor, now=self.now, seen=seen).uuid, status=201)


class OneResponse(Door):
    """A response."""

    @operation("Read a response", "Response", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> HttpResponse:
    """Answer a response. Raises `Http404`."""
    row = first_or_404(rows(visible(Response.objects.filter(uuid=uuid), door.person)))
    return door.shown(present(row, names=may_see_names(door.person)), status=status)
