"""Captures: what a cited link said each time it was read, and the copies that were kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, may_see_names, visible
from recommendations.archive import serve
from recommendations.models import Capture, Evidence
from recommendations.models.keyset import Order
from recommendations.rules import capture as law
from recommendations.rules.capture import DETAILS, Outcome

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models import Person

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Capture",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        evidence=shapes.IDENTITY,
        captured_at=shapes.MOMENT,
        outcome=shapes.about(
            "What came of this reading; see Evidence for what strangers are told.", shapes.one_of(Outcome)
        ),
        detail=shapes.about(
            "Why it failed, or why no copy was kept; empty otherwise, and for strangers.",
            {"type": "string", "enum": ["", *DETAILS]},
        ),
        status=shapes.about("The HTTP status; null without an answer, and for strangers.", shapes.maybe(shapes.WHOLE)),
        final_url=shapes.about("Where the link led to in the end; null for strangers.", shapes.maybe(shapes.TEXT)),
        media_type=shapes.TEXT,
        size=shapes.about("In bytes, of what came whole.", shapes.maybe(shapes.WHOLE)),
        sha256=shapes.about("Of what came whole.", shapes.maybe(shapes.HASH)),
        content=shapes.about(
            "Where the copy is, if one was kept: it said something new.", shapes.maybe(shapes.ADDRESS)
        ),
    ),
    "One reading of a link. Never changed.",
)
SAME: Final = ("captured_at", "outcome", "detail", "status", "final_url", "media_type", "size", "sha256")


def rows(made: QuerySet[Capture]) -> QuerySet[Any, Any]:
    """Turn captures into dicts, without their texts."""
    found: QuerySet[Any, Any] = made.values("id", "uuid", "content", *SAME, piece=F("evidence__uuid"))
    return found


def present(row: type_of_row, *, in_full: bool) -> type_of_row:
    """Turn a row into what programs read; how our machine fared on the way is not for strangers."""
    address = to("evidence", row["piece"], "captures", row["uuid"])
    said = {
        **{name: row[name] for name in SAME},
        "id": row["uuid"],
        "url": address,
        "evidence": row["piece"],
        "sha256": row["sha256"] or None,
        "content": f"{address}content/" if row["content"] else None,
        "final_url": row["final_url"] or None,
    }
    if not in_full:
        said |= {"outcome": law.for_strangers(row["outcome"]), "detail": "", "status": None, "final_url": None}
    return {name: said[name] for name in SHAPE["properties"]}


class CapturesOfOne(Door):
    """The readings of a link."""

    @operation("List readings of a link", "Capture", says="The newest first.", listed=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of them."""
        piece = first_or_404(visible(Evidence.objects.filter(uuid=id), self.person))
        shown = partial(present, in_full=may_see_names(self.person))
        return self.listed(rows(piece.captures.all()), NEWEST, shown, "Capture")


class OneCapture(Door):
    """A reading of a link."""

    @operation("Read a reading of a link", "Capture", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID, capture: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        row = first_or_404(rows(_of(id, capture, self.person)))
        return self.shown(present(row, in_full=may_see_names(self.person)))


class CaptureContent(Door):
    """What a link said once."""

    @operation(
        "Download a stored copy",
        says="As an attachment, in a sandbox, never as a page. 404 when no copy was kept.",
        media_types=(serve.UNKNOWN,),
    )
    def get(self, request: Request, id: UUID, capture: UUID) -> FileResponse:  # noqa: A002 - the name in the address
        """Answer its bytes, as they came."""
        made = first_or_404(_of(id, capture, self.person))
        return serve.download(made.content, serve.name_of(made))


def _of(piece: UUID, capture: UUID, reader: Person | None) -> QuerySet[Capture]:
    pieces = visible(Evidence.objects.filter(uuid=piece), reader)
    return Capture.objects.filter(uuid=capture, evidence__in=pieces)
