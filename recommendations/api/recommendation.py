"""Recommendations: the list, one of them, registering and amending."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from recommendations.actions import recommendation
from recommendations.api import bodies, detail, fields, searching, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.filters import FILTERS
from recommendations.api.operation import operation
from recommendations.api.wording import all_of, chosen
from recommendations.models import listing
from recommendations.models.pace import silence
from recommendations.models.person import role_of
from recommendations.models.translated import reader_language
from recommendations.rules import access, calendar, selection, words
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    import datetime as dt

    from rest_framework.request import Request
    from rest_framework.response import Response

PAGE_PARAMETERS: Final = ("cursor", "page_size", "count", "fields", "as_of")
SHAPE: Final = declare(
    "Recommendation",
    shapes.record(
        reference=shapes.about("Stable, public, unique.", shapes.REFERENCE),
        url=shapes.ADDRESS,
        title=shapes.about("In the reader's language.", shapes.TEXT),
        title_en=shapes.TEXT,
        title_ru=shapes.TEXT,
        description=shapes.about("In the reader's language.", shapes.TEXT),
        description_en=shapes.TEXT,
        description_ru=shapes.TEXT,
        source=shapes.record(slug=shapes.SLUG, url=shapes.ADDRESS, title=shapes.TEXT),
        themes=shapes.many(shapes.SLUG),
        instrument=shapes.one_of(Instrument),
        priority=shapes.one_of(Priority),
        target_on=shapes.maybe(shapes.DAY),
        visibility=shapes.one_of(Visibility),
        parent=shapes.maybe(shapes.REFERENCE),
        merged_into=shapes.about("What it is a duplicate of, and followed up as.", shapes.maybe(shapes.REFERENCE)),
        elements=shapes.about("Of so many parts the statuses are computed; 0 when it is not split.", shapes.WHOLE),
        is_computed=shapes.about("Whether the statuses follow from those of parts.", shapes.FLAG),
        status=shapes.about("The reviewed status; without a review the self-reported one.", shapes.one_of(Status)),
        is_self_reported=shapes.about("Whether nobody has reviewed `status` yet.", shapes.FLAG),
        reported_status=shapes.about("What the owner says.", shapes.one_of(Status)),
        verified_status=shapes.about("What a reviewer found.", shapes.one_of(Status)),
        disagreement=shapes.about("Whether owner and reviewer rate it differently.", shapes.FLAG),
        has_lost_evidence=shapes.about("Whether a rating rests on a link that leads nowhere any more.", shapes.FLAG),
        assessed_on=shapes.about("The day of the latest assessment.", shapes.maybe(shapes.DAY)),
        response=shapes.about("What the addressee answered.", shapes.maybe(shapes.one_of(Answer))),
        delivery=shapes.about("Whether it is on time today.", shapes.one_of(Delivery)),
        freshness=shapes.about("When anybody last looked, seen from today.", shapes.one_of(Freshness)),
        stalled=shapes.about("Whether it is open and unusually silent today.", shapes.FLAG),
        lead=shapes.maybe(shapes.record(slug=shapes.SLUG, url=shapes.ADDRESS, name=shapes.TEXT)),
        withdrawn_at=shapes.maybe(shapes.MOMENT),
        created_at=shapes.MOMENT,
        updated_at=shapes.MOMENT,
        version=shapes.VERSION,
    ),
    "What was proposed, and what came of it.",
)
searching.declare_listed()
detail.declare_detail()
COPIED: Final = (
    "instrument",
    "priority",
    "target_on",
    "visibility",
    "assessed_on",
    "withdrawn_at",
    "version",
    "elements",
    "has_lost_evidence",
)
STATES: Final = ("status", "reported_status", "verified_status", "created_at", "updated_at")


class Registration(bodies.Body):
    """What a steward writes about a recommendation."""

    reference = fields.Reference(help_text="Stable and public: capital letters, a hyphen, a number.")
    title_en = fields.Text(longest=words.TITLE, shortest=1)
    title_ru = fields.Text(longest=words.TITLE, required=False)
    description_en = fields.Text(longest=words.TEXT, required=False)
    description_ru = fields.Text(longest=words.TEXT, required=False)
    source = fields.Slug()  # type: ignore[assignment]
    themes = fields.Many(fields.Slug(), required=False)
    instrument = fields.Choice(Instrument, required=False)
    priority = fields.Choice(Priority, required=False)
    target_on = fields.Day(required=False, allow_null=True)
    visibility = fields.Choice(Visibility, required=False)
    parent = fields.Reference(required=False, allow_null=True)  # type: ignore[assignment]


class Amendment(Registration):
    """What of it can be changed: all but the reference."""

    reference = None  # type: ignore[assignment]


def present(row: type_of_row, language: str, today: dt.date) -> type_of_row:
    """Turn a row of `listing.as_rows` into what programs read."""
    lead, slug = row["lead"], row["source__slug"]
    ratings = {row["reported_status"], row["verified_status"]}
    title = chosen({"t_en": row["source__title_en"], "t_ru": row["source__title_ru"]}, "t", language)
    said = {
        "reference": row["reference"],
        "url": to("recommendations", row["reference"]),
        **all_of(row, "title", language),
        **all_of(row, "description", language),
        "source": {"slug": slug, "url": to("sources", slug), "title": title},
        "themes": row["theme_slugs"],
        "parent": row["parent_reference"],
        "merged_into": row["merged_reference"],
        "is_computed": row["elements"] > 0,
        "is_self_reported": row["verified_status"] == Status.NOT_ASSESSED != row["reported_status"],
        "disagreement": Status.NOT_ASSESSED not in ratings and len(ratings) > 1,
        "response": row["answer"] or None,
        "delivery": calendar.delivery(row["target_on"], row["status"], today),
        "freshness": calendar.freshness(row["assessed_on"], today),
        "stalled": silence(row, today).is_stalled,
        "lead": lead
        and {"slug": lead["slug"], "url": to("organizations", lead["slug"]), "name": chosen(lead, "name", language)},
        **{name: row[name] for name in (*COPIED, *STATES)},
    }
    return {name: said[name] for name in SHAPE["properties"]}


class Recommendations(Door):
    """All recommendations that the reader may see."""

    @operation(
        "List recommendations",
        "ListedRecommendation",
        says="Withdrawn ones are left out unless `withdrawn=true`. " + searching.SAYS,
        listed=True,
        besides_results={"spelling": searching.SPELLING},
        query=FILTERS,
        dated=True,
    )
    def get(self, request: Request) -> Response:
        """Answer a page of the list."""
        wanted = selection.parse(dict(request.query_params.lists()), others=PAGE_PARAMETERS)
        return searching.answer(self, wanted, partial(present, language=reader_language(), today=self.today))

    @operation(
        "Register a recommendation",
        "RecommendationDetail",
        says="For stewards.",
        status=201,
        body=Registration,
        problems=(409,),
        has_etag=True,
        example={"reference": "RB-11", "title_en": "Joint weather service", "source": "sutyrin-2019"},
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        said = bodies.without_null(self.said(Registration), "parent")
        reference = said.pop("reference")
        recommendation.register(reference, recommendation.Wording(**said), actor=self.actor, now=self.now)
        return one(self, reference, status=201)


class OneRecommendation(Door):
    """A recommendation with everything about it."""

    @operation("Read a recommendation", "RecommendationDetail", has_etag=True, dated=True)
    def get(self, request: Request, reference: str) -> Response:
        """Answer it, or 304."""
        return one(self, reference)

    @operation(
        "Amend a recommendation",
        "RecommendationDetail",
        says="For stewards. Only the fields sent are changed.",
        body=Amendment,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"priority": "high"},
    )
    def patch(self, request: Request, reference: str) -> Response:
        """Change what is sent."""
        seen = self.seen(needed=True)
        said = bodies.without_null(self.said(Amendment, partial=True), "parent")
        recommendation.amend(reference, said, actor=self.actor, now=self.now, seen=seen)
        return one(self, reference)


def one(door: Door, reference: str, *, status: int = 200) -> Response:
    """Answer a recommendation with its passages, owners, assessments and so on. Raises `Missing`."""
    stamp = detail.stamped(reference, door.person)
    tag = detail.tag(stamp, door)
    unchanged = door.unchanged(tag)
    if unchanged:
        return unchanged
    (row,) = listing.prepared_rows(access.may_read_internal(role_of(door.person))).rows(stamp.id)
    body = present(row, reader_language(), door.today)
    rest = detail.rest(row, stamp.counts, door.person, door.today)
    return door.tagged({**body, **rest}, tag, status=status)
