"""Evidence: what was attached to a recommendation, one piece; attaching, correcting and retracting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Subquery

from recommendations.actions import evidence
from recommendations.api import bodies, fields, formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, may_see_names, visible
from recommendations.archive import serve, wake
from recommendations.models import Capture, Evidence
from recommendations.models.keyset import Order
from recommendations.rules import capture, words
from recommendations.rules.capture import Outcome
from recommendations.rules.lifecycle import EvidenceKind
from recommendations.texts import filetypes

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
NEWEST_CAPTURES: Final = 20
FILE: Final = shapes.record(
    name=shapes.TEXT, size=shapes.WHOLE, media_type=shapes.TEXT, sha256=shapes.HASH, url=shapes.ADDRESS
)
SHAPE: Final = declare(
    "Evidence",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        title=shapes.TEXT,
        link=shapes.about("The web address that is cited; null for a file.", shapes.maybe(shapes.TEXT)),
        file=shapes.about("The file that was sent in; null for a link.", shapes.maybe(FILE)),
        outcome=shapes.about(
            "The state of the link. Strangers are told no more than ok, redirected, gone, refused, unreachable (an error)"
            " and unchecked.",
            shapes.one_of(Outcome),
        ),
        checked_at=shapes.about(
            "When the link was last read; null for never, and for a file.", shapes.maybe(shapes.MOMENT)
        ),
        captures=shapes.about(f"The addresses of the newest {NEWEST_CAPTURES} readings.", shapes.many(shapes.ADDRESS)),
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


class Attachment(bodies.Body):
    """A link about to become evidence."""

    title = fields.Text(longest=words.TITLE, shortest=1)
    link = fields.Link(help_text="A public web address, http or https.")
    dated_on = fields.Day(help_text="The date of the document; not later than today.")
    kind = fields.Choice(EvidenceKind)
    issuer = fields.Text(longest=words.LINE, required=False)


class Upload(Attachment):
    """A file about to become evidence, as the parts of a form."""

    link = None  # type: ignore[assignment]
    file = fields.Upload(help_text=f"At most 10 MB; what it is its bytes say: {filetypes.NAMES}.")


class Amendment(Attachment):
    """What can be said anew of a piece; the link only of a piece that is one."""


class Retraction(bodies.Body):
    """Why it no longer counts."""

    reason = fields.Text(longest=words.TEXT, shortest=1)


def rows(pieces: QuerySet[Evidence]) -> QuerySet[Any, Any]:
    """Turn pieces of evidence into dicts."""
    read = Capture.objects.filter(evidence=OuterRef("pk")).order_by()
    last = read.values("evidence").annotate(last=Max("captured_at")).values("last")
    newest = read.order_by("-captured_at", "-id").values("uuid")[:NEWEST_CAPTURES]
    made: QuerySet[Any, Any] = pieces.values(
        "id",
        "uuid",
        "url",
        "file",
        "file_name",
        "size",
        "media_type",
        "sha256",
        "outcome",
        *SAME,
        reference=F("recommendation__reference"),
        author=F("added_by__name"),
        checked_at=Subquery(last),
        captured=ArraySubquery(newest),
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read. Whoever sees names sees outcomes in full."""
    said = {
        "id": row["uuid"],
        "url": to("evidence", row["uuid"]),
        "recommendation": row["reference"],
        "link": row["url"] or None,
        "added_by": row["author"] if names else None,
        "is_standing": row["retracted_at"] is None,
        "file": _file(row) if row["file"] else None,
        "outcome": row["outcome"] if names else capture.for_strangers(row["outcome"]),
        "checked_at": row["checked_at"],
        "captures": [to("evidence", row["uuid"], "captures", made) for made in row["captured"]],
        **{name: row[name] for name in SAME},
    }
    return {name: said[name] for name in SHAPE["properties"]}


def _file(row: type_of_row) -> type_of_row:
    said = {name: row[name] for name in ("size", "media_type", "sha256")}
    return {"name": row["file_name"], **said, "url": to("evidence", row["uuid"], "file")}


class EvidenceOfOne(Door):
    """What was attached to a recommendation. The one address that takes files."""

    renames = {"url": "link"}
    parser_classes = (*Door.parser_classes, formats.StrictForm)
    longest_body = formats.LONGEST_FORM

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
        says="For owners of the recommendation, reviewers and stewards. A file is sent as multipart/form-data, a link as JSON."
        " A link is read within minutes.",
        status=201,
        body=Attachment,
        upload=Upload,
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
        """Attach a link or a file."""
        is_file = formats.is_form(request)
        seen, said = self.seen(needed=False), self.said(Upload if is_file else Attachment)
        file = evidence.File(*said.pop("file")) if is_file else None
        draft = evidence.Draft(url=said.pop("link", ""), file=file, **said)
        made = evidence.attach(reference, draft, actor=self.actor, now=self.now, seen=seen)
        wake.wake()
        return one(self, made.uuid, status=201)


class OneEvidence(Door):
    """A piece of evidence."""

    renames = {"url": "link"}

    @operation("Read a piece of evidence", "Evidence", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Correct what is said of a piece of evidence",
        "Evidence",
        says="For the person who attached it, and stewards. Only the fields sent are changed; a changed link is read anew.",
        body=Amendment,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"issuer": "Ministry of Education"},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change what is sent."""
        seen, said = self.seen(needed=True), self.said(Amendment, partial=True)
        changed = {"url" if name == "link" else name: value for name, value in said.items()}
        evidence.amend(id, changed, actor=self.actor, now=self.now, seen=seen)
        wake.wake()
        return one(self, id)


class EvidenceFile(Door):
    """The file of a piece of evidence."""

    @operation(
        "Download a file",
        says="As an attachment, in a sandbox.",
        media_types=tuple(k.media_type for k in filetypes.ALLOWED),
    )
    def get(self, request: Request, id: UUID) -> FileResponse:  # noqa: A002 - the name in the address
        """Answer its bytes."""
        piece = first_or_404(visible(Evidence.objects.filter(uuid=id), self.person))
        return serve.download(piece.file, piece.file_name, piece.media_type)


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
