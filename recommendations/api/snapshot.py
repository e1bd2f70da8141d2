"""Snapshots: the texts of a source as read in, each with what became of the passages in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import source as verbs
from recommendations.api import formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Anchor, Passage, Snapshot, Source
from recommendations.models.keyset import Order
from recommendations.models.passage import AnchorState
from recommendations.texts import decoding
from recommendations.texts.kinds import ParagraphKind

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models import Person

NEWEST: Final = Order("number", "number", descending=True)
SAME: Final = ("number", "sha256", "media_type", "read_at")
KIND: Final = {"type": "string", "enum": [kind.value for kind in ParagraphKind]}
PARAGRAPH: Final = shapes.record(
    number=shapes.WHOLE,
    start=shapes.about("In characters of the text, from 0.", shapes.WHOLE),
    end=shapes.WHOLE,
    kind=KIND,
    repeats=shapes.about("The paragraph that it says again.", shapes.maybe(shapes.WHOLE)),
    section=shapes.about("The heading that it stands under.", shapes.TEXT),
)
OUTCOME: Final = shapes.record(
    id=shapes.IDENTITY,
    recommendation=shapes.REFERENCE,
    state={"type": "string", "enum": AnchorState.values},
    paragraph=shapes.about("null for a lost one.", shapes.maybe(shapes.WHOLE)),
    similarity=shapes.about("To its quote in the text before: 1 for the same words.", shapes.NUMBER),
)
SHAPE: Final = declare(
    "Snapshot",
    shapes.record(
        url=shapes.ADDRESS,
        source=shapes.SLUG,
        number=shapes.about("From 1, within the source.", shapes.WHOLE),
        sha256=shapes.about("Of the bytes as they came.", shapes.HASH),
        media_type=shapes.TEXT,
        read_at=shapes.MOMENT,
    ),
    "A text of a source as read in.",
)
FOUND: Final = shapes.about("What became of the passages that the reader may see.", shapes.many(OUTCOME))
declare(
    "SnapshotInFull",
    shapes.extended(SHAPE, text=shapes.TEXT, paragraphs=shapes.many(PARAGRAPH), passages=FOUND),
    "A text of a source with its paragraphs: places of passages count in its characters.",
)
declare(
    "ReadIn",
    shapes.extended(
        SHAPE,
        is_new=shapes.about("False when these bytes are the newest text already.", shapes.FLAG),
        is_complete=shapes.about("Whether no passage is lost.", shapes.FLAG),
        passages=FOUND,
    ),
    "What reading a text in came to.",
)


class SnapshotsOfSource(Door):
    """The texts of a source."""

    parser_classes = (formats.PlainText, formats.Page)
    longest_body = decoding.LARGEST

    @operation("List snapshots", "Snapshot", says="The newest first, without their texts.", listed=True, dated=True)
    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of them."""
        source = first_or_404(Source.objects.filter(slug=slug))
        return self.listed(rows(Snapshot.objects.filter(source=source)), NEWEST, present, "Snapshot")

    @operation(
        "Read a text in",
        "ReadIn",
        says="Stewards only. The body is the document itself, text or HTML in UTF-8, at most 10 MB.",
        takes=("text/plain", "text/html"),
        status=201,
        has_etag=True,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep it, and look for all passages in it."""
        first_or_404(Source.objects.filter(slug=slug))
        content: Any = request.data or b""  # without a body nothing was parsed
        done = verbs.read_in(slug, content, actor=self.actor, now=self.now)
        found = outcomes(done.snapshot, self.person)
        is_complete = all(one["state"] != AnchorState.LOST for one in found)
        body = present(rows(Snapshot.objects.filter(pk=done.snapshot.pk)).get())
        return self.shown({**body, "is_new": done.is_new, "is_complete": is_complete, "passages": found}, status=201)


class OneSnapshot(Door):
    """A text of a source."""

    @operation("Read a snapshot", "SnapshotInFull", has_etag=True, dated=True)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Answer it, or 304."""
        found = Snapshot.objects.filter(source__slug=slug, number=number if number < 2**31 else 0)
        snapshot = first_or_404(found.without_content().select_related("source"))
        body = present({"slug": slug, **{name: getattr(snapshot, name) for name in SAME}})
        passages = outcomes(snapshot, self.person)
        return self.shown({**body, "text": snapshot.text, "paragraphs": snapshot.paragraphs, "passages": passages})


def rows(snapshots: QuerySet[Snapshot]) -> QuerySet[Any, Any]:
    """Turn snapshots into dicts."""
    made: QuerySet[Any, Any] = snapshots.values("id", *SAME, slug=F("source__slug"))
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    url = to("sources", row["slug"], "snapshots", row["number"])
    return {"url": url, "source": row["slug"], **{name: row[name] for name in SAME}}


def outcomes(snapshot: Snapshot, reader: Person | None) -> list[type_of_row]:
    """Return what became in a snapshot of the passages that the reader may see."""
    known = Anchor.objects.filter(snapshot=snapshot, passage__in=Passage.objects.visible_to(reader))
    found = known.order_by("passage__recommendation__sort_key", "passage__position").values(
        "state", "paragraph", "similarity", identity=F("passage__uuid"), item=F("passage__recommendation__reference")
    )
    return [
        {
            "id": row["identity"],
            "recommendation": row["item"],
            **{name: row[name] for name in ("state", "paragraph", "similarity")},
        }
        for row in found
    ]
