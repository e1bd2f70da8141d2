"""Indicators and their observations: what is measured, defining and amending it, recording values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from recommendations.actions import indicator
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of
from recommendations.api.wording import all_of
from recommendations.models import Indicator, Observation, Recommendation
from recommendations.models.indicator import Direction
from recommendations.models.keyset import Order
from recommendations.models.translated import reader_language
from recommendations.rules import words

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models import Person

BY_POSITION: Final = Order("position", "position")
BY_PERIOD: Final = Order("period", "period_end")
LATEST: Final = shapes.record(
    period_start=shapes.DAY, period_end=shapes.DAY, value=shapes.NUMBER, value_high=shapes.maybe(shapes.NUMBER)
)
SHAPE: Final = declare(
    "Indicator",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        slug=shapes.SLUG,
        title=shapes.TEXT,
        title_en=shapes.TEXT,
        title_ru=shapes.TEXT,
        unit=shapes.TEXT,
        unit_en=shapes.TEXT,
        unit_ru=shapes.TEXT,
        direction=shapes.one_of(Direction),
        is_context=shapes.about("Whether it describes the surroundings, not what was achieved.", shapes.FLAG),
        baseline=shapes.maybe(shapes.NUMBER),
        target=shapes.maybe(shapes.NUMBER),
        recommendations=shapes.many(shapes.REFERENCE),
        latest=shapes.about("The observation of the latest period.", shapes.maybe(LATEST)),
        observations_url=shapes.ADDRESS,
        version=shapes.VERSION,
    ),
    "A quantity that is watched, with its unit.",
)
OBSERVATION: Final = declare(
    "Observation",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        indicator=shapes.IDENTITY,
        period_start=shapes.about("The first day of the period.", shapes.DAY),
        period_end=shapes.about("The last day; equal to the first for a single day.", shapes.DAY),
        value=shapes.NUMBER,
        value_high=shapes.about("The upper end, where the source gives a range.", shapes.maybe(shapes.NUMBER)),
        note=shapes.TEXT,
        note_en=shapes.TEXT,
        note_ru=shapes.TEXT,
        source=shapes.about("Slug of the document that gives the value.", shapes.maybe(shapes.SLUG)),
        recorded_at=shapes.MOMENT,
    ),
    "A value for a period.",
)
SAME: Final = ("slug", "direction", "is_context", "baseline", "target", "version")
SAME_OF_OBSERVATION: Final = ("period_start", "period_end", "value", "value_high", "recorded_at")


class Definition(bodies.Body):
    """What is measured."""

    slug = fields.Slug(help_text="A short name for addresses and files; it stays for ever.")
    title_en = fields.Text(longest=words.TITLE, shortest=1)
    title_ru = fields.Text(longest=words.TITLE, required=False)
    unit_en = fields.Text(longest=words.SHORT, required=False)
    unit_ru = fields.Text(longest=words.SHORT, required=False)
    direction = fields.Choice(Direction, required=False)
    is_context = fields.Flag(required=False)
    baseline = fields.Number(required=False, allow_null=True)
    target = fields.Number(required=False, allow_null=True)


class Amendment(Definition):
    """What of it can be changed: all but the short name; and of what it is measured."""

    slug = None  # type: ignore[assignment]
    recommendations = fields.Many(fields.Reference(), help_text="All the recommendations that it is measured for.")


class Measured(bodies.Body):
    """A value for a period."""

    period_start = fields.Day()
    period_end = fields.Day(help_text="The last day; equal to the first for a single day. Not later than today.")
    value = fields.Number()
    value_high = fields.Number(required=False, allow_null=True, help_text="The upper end of a range.")
    note_en = fields.Text(longest=words.LINE, required=False)
    note_ru = fields.Text(longest=words.LINE, required=False)
    source = fields.Slug(required=False, allow_null=True, help_text="The source that gives the value.")  # type: ignore[assignment]


def rows(indicators: QuerySet[Indicator], reader: Person | None) -> QuerySet[Any, Any]:
    """Turn indicators into dicts."""
    items = Recommendation.objects.visible_to(reader).filter(indicators=OuterRef("pk")).order_by("sort_key")
    values = Observation.objects.filter(indicator=OuterRef("pk")).order_by("-period_end", "-period_start")
    latest = values.values(object=JSONObject(**{name: name for name in LATEST["properties"]}))
    made: QuerySet[Any, Any] = indicators.values(
        "id",
        "uuid",
        "position",
        *SAME,
        *(f"{column}_{code}" for column in ("title", "unit") for code in ("en", "ru")),
        references=ArraySubquery(items.values("reference")),
        latest=Subquery(latest[:1]),
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    language = reader_language()
    return {
        "id": row["uuid"],
        "url": to("indicators", row["uuid"]),
        **all_of(row, "title", language),
        **all_of(row, "unit", language),
        "recommendations": row["references"],
        "latest": row["latest"],
        "observations_url": to("indicators", row["uuid"], "observations"),
        **{column: row[column] for column in SAME},
    }


def observation_rows(observations: QuerySet[Observation]) -> QuerySet[Any, Any]:
    """Turn observations into dicts."""
    names = {"indicator_uuid": F("indicator__uuid"), "source_slug": F("source__slug")}
    made: QuerySet[Any, Any] = observations.values("id", "uuid", "note_en", "note_ru", *SAME_OF_OBSERVATION, **names)
    return made


def present_observation(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("observations", row["uuid"]),
        "indicator": row["indicator_uuid"],
        **all_of(row, "note", reader_language()),
        "source": row["source_slug"],
        **{column: row[column] for column in SAME_OF_OBSERVATION},
    }


class IndicatorsOfOne(Door):
    """What is measured about a recommendation."""

    @operation("List indicators", "Indicator", listed=True, dated=True)
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        item = item_of(reference, self.person)
        return self.listed(rows(item.indicators.all(), self.person), BY_POSITION, present, "Indicator")

    @operation(
        "Define an indicator",
        "Indicator",
        says="For stewards. What is measured for this recommendation.",
        status=201,
        body=Definition,
        problems=(409,),
        has_etag=True,
        example={"slug": "joint-fairs", "title_en": "Joint fairs", "unit_en": "fairs", "direction": "up", "target": 4},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Define one."""
        item_of(reference, self.person)
        said = self.said(Definition)
        slug, definition = said.pop("slug"), indicator.Definition(**said, recommendations=(reference,))
        return one(self, indicator.define(slug, definition, actor=self.actor, now=self.now).uuid, status=201)


class OneIndicator(Door):
    """An indicator."""

    @operation("Read an indicator", "Indicator", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend an indicator",
        "Indicator",
        says="For stewards. Only the fields sent are changed.",
        body=Amendment,
        partial=True,
        if_match=True,
        has_etag=True,
        example={"target": 33.5},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change what is sent."""
        made = first_or_404(Indicator.objects.visible_to(self.person).filter(uuid=id))
        seen, said = self.seen(needed=True), self.said(Amendment, partial=True)
        definition = replace(indicator.definition_of(made), **said)
        indicator.amend(made.slug, definition, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)


class Observations(Door):
    """The values of an indicator."""

    @operation("List observations", "Observation", says="The earliest period first.", listed=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of them."""
        found = observation_rows(Observation.objects.filter(indicator=_at(self, id)))
        return self.listed(found, BY_PERIOD, present_observation, "Observation")

    @operation(
        "Record a value",
        "Observation",
        says="For owners of what the indicator measures, and stewards. Once for each period.",
        status=201,
        body=Measured,
        problems=(409,),
        has_etag=True,
        example={"period_start": "2025-01-01", "period_end": "2025-12-31", "value": 3},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Record one."""
        slug = _at(self, id).slug
        reading = indicator.Reading(**bodies.without_null(self.said(Measured), "source"))
        made = indicator.observe(slug, reading, actor=self.actor, now=self.now)
        return one_observation(self, made.uuid, status=201)


class OneObservation(Door):
    """A value of an indicator."""

    @operation("Read an observation", "Observation", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one_observation(self, id)


def _at(door: Door, uuid: UUID) -> Indicator:
    made: Indicator = first_or_404(Indicator.objects.visible_to(door.person).only("id", "slug").filter(uuid=uuid))
    return made


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer an indicator. Raises `Http404`."""
    row = first_or_404(rows(Indicator.objects.visible_to(door.person).filter(uuid=uuid), door.person))
    return door.shown(present(row), status=status, version=row["version"])


def one_observation(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a value. Raises `Http404`."""
    found = Observation.objects.filter(uuid=uuid, indicator__in=Indicator.objects.visible_to(door.person))
    return door.shown(present_observation(first_or_404(observation_rows(found))), status=status)
