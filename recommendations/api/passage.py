"""Passages: where a source says a recommendation, as W3C Web Annotations in JSON-LD."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from rest_framework.response import Response

from recommendations.actions import passage
from recommendations.actions.permission import need_steward
from recommendations.api import fields, formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.selectors import Words, chosen
from recommendations.api.subject import first_or_404, item_of
from recommendations.models import Passage, Recommendation, Source, annotation
from recommendations.models.keyset import Order
from recommendations.models.passage import AnchorState
from recommendations.rules import words
from recommendations.rules.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

LD: Final = ("application/ld+json", "application/json")
OLDEST: Final = Order("oldest", "id")
QUOTE: Final = shapes.record(
    type={"const": "TextQuoteSelector"}, exact=shapes.TEXT, prefix=shapes.TEXT, suffix=shapes.TEXT
)
POSITION: Final = shapes.record(type={"const": "TextPositionSelector"}, start=shapes.WHOLE, end=shapes.WHOLE)
STATE: Final = shapes.record(
    type={"const": "TimeState"},
    sourceDate=shapes.MOMENT,
    cached=shapes.about("The text in which the selectors hold.", shapes.ADDRESS),
    snapshot=shapes.WHOLE,
    sha256=shapes.HASH,
)
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
    target=shapes.record(
        type={"const": "SpecificResource"}, source=shapes.ADDRESS, selector=SELECTORS, state=shapes.many(STATE)
    ),
    recommendation=shapes.REFERENCE,
    label=LABEL,
    **KNOWN,
)
ANNOTATION["properties"]["target"]["required"] = ["type", "source"]
declare("Annotation", ANNOTATION, "A passage as a W3C Web Annotation: the document is its target.")
PAGE: Final = shapes.record(
    **{"@context": shapes.TEXT},
    id=shapes.ADDRESS,
    type={"const": "AnnotationPage"},
    partOf=shapes.record(id=shapes.ADDRESS, type={"const": "AnnotationCollection"}),
    next=shapes.ADDRESS,
    prev=shapes.ADDRESS,
    items=shapes.many(shapes.ref("Annotation")),
)
PAGE["required"] = ["@context", "id", "type", "partOf", "items"]
declare(
    "AnnotationPage", PAGE, "A page of annotations to the letter of the W3C's model, for those who ask for its profile."
)


def present(shown: Passage) -> type_of_row:
    """Turn a passage with its place into what a recommendation shows of it."""
    place = shown.place
    selectors = place.selectors if place else None
    return {
        "id": shown.uuid,
        "url": to("passages", shown.uuid),
        "source": shown.source.slug,
        "label": shown.label,
        "selectors": selectors.as_w3c() if selectors else [],
        "section": shown.section,
        "paragraph": place.paragraph if place else shown.paragraph,
        "anchor_state": place.state if place else None,
        "similarity": place.similarity if place else None,
    }


def annotate(shown: Any, source: Source) -> type_of_row:
    """Turn a passage with its place into an annotation with an address."""
    return {**annotation.annotate(shown, source, base=settings.PUBLIC_URL), "url": to("passages", shown.uuid)}


class NewPassage(Words):
    """Words that make a recommendation."""

    recommendation = fields.Reference()
    label_en = fields.Text(longest=words.NAME, required=False, help_text="What it is among the passages of its item.")
    label_ru = fields.Text(longest=words.NAME, required=False)


class PassagesOfSource(Door):
    """The passages of a source, as a page of annotations."""

    renderer_classes = (formats.Annotations, formats.JSONLD, formats.JSON)
    renames = {"selection": "selector"}

    @operation(
        "List passages",
        "Annotation",
        says="A W3C AnnotationPage: the context reads `results` as its items and `previous` as its prev. Whoever accepts"
        " the profile of Web Annotations gets a page to the letter of the standard.",
        listed=True,
        media_types=LD,
        dated=True,
        besides={formats.Annotations.media_type: "AnnotationPage"},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Answer a page of them."""
        source = first_or_404(Source.objects.filter(slug=slug))
        passages = Passage.objects.of_source(source).visible_to(self.person).with_place()
        answer = self.listed(passages, OLDEST, partial(annotate, source=source), "Annotation")
        is_strict = isinstance(request.accepted_renderer, formats.Annotations)
        answer.data = _strict(request, slug, answer.data) if is_strict else _loose(answer.data)
        return answer

    @operation(
        "Add a passage",
        "Annotation",
        says="Stewards only. A selector of the W3C's model says which words; they are looked for in the newest text.",
        body=NewPassage,
        status=201,
        problems=(409,),
        has_etag=True,
        media_types=LD,
        example={
            "recommendation": "RB-01",
            "selector": {"type": "TextQuoteSelector", "exact": "launch a dialogue", "prefix": "It would be wise to "},
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add it."""
        first_or_404(Source.objects.filter(slug=slug))
        said = self.said(NewPassage)
        if not Recommendation.objects.visible_to(self.person).filter(reference=said["recommendation"]).exists():
            raise Invalid(words.not_found(said["recommendation"], "recommendation"))
        labels = {name: said.get(name, "") for name in ("label_en", "label_ru")}
        need_steward(self.actor)
        made = passage.add(said["recommendation"], slug, chosen(slug, said), actor=self.actor, now=self.now, **labels)
        return one(self, made.uuid, status=201)


class OnePassage(Door):
    """A passage, as an annotation."""

    renderer_classes = (formats.Annotations, formats.JSONLD, formats.JSON)

    @operation("Read a passage", "Annotation", has_etag=True, media_types=LD, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Remove a passage",
        status=204,
        says="Stewards only: it does not say what the recommendation says. History keeps it.",
        problems=(409,),
    )
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back."""
        passage.remove(id, actor=self.actor, now=self.now)
        return Response(status=204)


class PassagePlacing(Door):
    """Where a passage stands."""

    renderer_classes = OnePassage.renderer_classes
    renames = {"selection": "selector"}

    @operation(
        "Place a passage anew",
        "Annotation",
        says="Stewards only, for one that is lost or was altered.",
        body=Words,
        problems=(409,),
        has_etag=True,
        media_types=LD,
        example={"selector": {"type": "TextPositionSelector", "start": 2, "end": 10}, "snapshot": 1},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Place it."""
        found = first_or_404(Passage.objects.filter(uuid=id).select_related("recommendation", "source"))
        item_of(found.recommendation.reference, self.person)
        said = self.said(Words)
        need_steward(self.actor)
        passage.place_anew(id, chosen(found.source.slug, said), actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a passage. Raises `Http404`."""
    found = Passage.objects.visible_to(door.person).select_related("recommendation", "source").with_place()
    made = first_or_404(found.filter(uuid=uuid))
    return door.shown(annotate(made, made.source), status=status)


def _loose(page: type_of_row) -> type_of_row:
    """Return a page as all lists are, with the context that makes it one of annotations."""
    items = {"@id": "as:items", "@type": "@id", "@container": "@list"}
    context = [annotation.CONTEXT, {"results": items, "previous": {"@id": "as:prev", "@type": "@id"}}]
    return {"@context": context, "type": "AnnotationPage", **page}


def _strict(request: Request, slug: str, page: type_of_row) -> type_of_row:
    """Return a page to the letter of https://www.w3.org/TR/annotation-model/#annotation-page."""
    turns = {"next": page["next"], "prev": page["previous"]}
    return {
        "@context": annotation.CONTEXT,
        "id": f"{settings.PUBLIC_URL}{request.get_full_path()}",
        "type": "AnnotationPage",
        "partOf": {"id": to("sources", slug, "passages"), "type": "AnnotationCollection"},
        **{name: address for name, address in turns.items() if address},
        "items": page["results"],
    }
