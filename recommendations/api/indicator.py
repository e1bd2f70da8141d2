"""Indicators and their observations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from recommendations.api import shapes
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


def known(reader: Person | None) -> QuerySet[Indicator]:
    """Keep the indicators of recommendations that the reader may see, and those of none."""
    through = Indicator.recommendations.through.objects.filter(indicator=OuterRef("pk"))
    seen = through.filter(recommendation__in=Recommendation.objects.visible_to(reader))
    return Indicator.objects.filter(Exists(seen) | ~Exists(through))


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


class OneIndicator(Door):
    """An indicator."""

    @operation("Read an indicator", "Indicator", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        row = first_or_404(rows(known(self.person).filter(uuid=id), self.person))
        return self.shown(present(row), version=row["version"])


class Observations(Door):
    """The values of an indicator."""

    @operation("List observations", "Observation", says="The earliest period first.", listed=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of them."""
        indicator = first_or_404(known(self.person).only("id").filter(uuid=id))
        found = observation_rows(Observation.objects.filter(indicator=indicator))
        return self.listed(found, BY_PERIOD, present_observation, "Observation")


class OneObservation(Door):
    """A value of an indicator."""

    @operation("Read an observation", "Observation", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        found = Observation.objects.filter(uuid=id, indicator__in=known(self.person))
        return self.shown(present_observation(first_or_404(observation_rows(found))))
