"""Passages: where a source says a recommendation, as W3C Web Annotations in JSON-LD."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from recommendations.api import formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Passage, Source, annotation
from recommendations.models.keyset import Order
from recommendations.models.passage import AnchorState

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

LD: Final = ("application/ld+json", "application/json")
OLDEST: Final = Order("oldest", "id")
QUOTE: Final = shapes.record(
    type={"const": "TextQuoteSelector"}, exact=shapes.TEXT, prefix=shapes.TEXT, suffix=shapes.TEXT
)
POSITION: Final = shapes.record(type={"const": "TextPositionSelector"}, start=shapes.WHOLE, end=shapes.WHOLE)
SELECTORS: Final = shapes.many({"oneOf": [QUOTE, POSITION]})
LABEL: Final = shapes.record(en=shapes.TEXT, ru=shapes.TEXT)
KNOWN: Final = {
    "section": shapes.about("The heading that it stands under.", shapes.TEXT),
    "paragraph": shapes.about("Its number, from 1.", shapes.maybe(shapes.WHOLE)),
    "anchor_state": shapes.about(
        "What became of it in the newest text; null before one.", shapes.maybe(shapes.one_of(AnchorState))
    ),
    "similarity": shapes.about("To the quote of the text before: 1 for the same words.", shapes.maybe(shapes.NUMBER)),
}
SHAPE: Final = declare(
    "Passage",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        source=shapes.SLUG,
        label=shapes.about("What it is among the passages of its recommendation.", shapes.TEXT),
        selectors=shapes.about("Those of the W3C Web Annotation Data Model; none while it is not found.", SELECTORS),
        **KNOWN,
    ),
    "Where a source says a recommendation.",
)
ANNOTATION: Final = shapes.record(
    **{"@context": shapes.TEXT},
    id=shapes.ADDRESS,
    url=shapes.ADDRESS,
    type={"const": "Annotation"},
    motivation={"const": "linking"},
    body=shapes.about("The page of the recommendation.", shapes.ADDRESS),
    target=shapes.record(source=shapes.ADDRESS, selector=SELECTORS),
    recommendation=shapes.REFERENCE,
    label=LABEL,
    **KNOWN,
)
ANNOTATION["properties"]["target"]["required"] = ["source"]
declare("Annotation", ANNOTATION, "A passage as a W3C Web Annotation: the document is its target.")


def present(passage: Passage) -> type_of_row:
    """Turn a passage with its place into what a recommendation shows of it."""
    place = passage.place
    selectors = place.selectors if place else None
    return {
        "id": passage.uuid,
        "url": to("passages", passage.uuid),
        "source": passage.source.slug,
        "label": passage.label,
        "selectors": selectors.as_w3c() if selectors else [],
        "section": passage.section,
        "paragraph": place.paragraph if place else passage.paragraph,
        "anchor_state": place.state if place else None,
        "similarity": place.similarity if place else None,
    }


def annotate(passage: Any, source: Source) -> type_of_row:
    """Turn a passage with its place into an annotation with an address."""
    return {**annotation.annotate(passage, source, base=settings.PUBLIC_URL), "url": to("passages", passage.uuid)}


class PassagesOfSource(Door):
    """The passages of a source, as a page of annotations."""

    renderer_classes = (formats.JSONLD, formats.JSON)

    @operation(
        "List passages",
        "Annotation",
        says="A W3C AnnotationPage: the context reads `results` as its items and `previous` as its prev.",
        listed=True,
        media_types=LD,
        dated=True,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of them."""
        source = first_or_404(Source.objects.filter(slug=slug))
        passages = Passage.objects.of_source(source).visible_to(self.person).with_place()
        answer = self.listed(passages, OLDEST, partial(annotate, source=source), "Annotation")
        answer.data = {"@context": context(), "type": "AnnotationPage", **answer.data}
        return answer


class OnePassage(Door):
    """A passage, as an annotation."""

    renderer_classes = (formats.JSONLD, formats.JSON)

    @operation("Read a passage", "Annotation", has_etag=True, media_types=LD, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        found = Passage.objects.visible_to(self.person).select_related("recommendation", "source").with_place()
        passage = first_or_404(found.filter(uuid=id))
        return self.shown(annotate(passage, passage.source))


def context() -> list[Any]:
    """Return the JSON-LD context of a page: that of Web Annotations, and our list's names for its."""
    items = {"@id": "as:items", "@type": "@id", "@container": "@list"}
    return [annotation.CONTEXT, {"results": items, "previous": {"@id": "as:prev", "@type": "@id"}}]
