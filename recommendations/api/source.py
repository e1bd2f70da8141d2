"""Sources: the documents that recommend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.api.wording import all_of, moment
from recommendations.models import Recommendation, Snapshot, Source
from recommendations.models.keyset import Order
from recommendations.models.person import Language
from recommendations.models.translated import reader_language
from recommendations.rules import calendar

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models import Person

BY_SLUG: Final = Order("slug", "slug")
SNAPSHOT: Final = shapes.record(number=shapes.WHOLE, sha256=shapes.HASH, media_type=shapes.TEXT, read_at=shapes.MOMENT)
SHAPE: Final = declare(
    "Source",
    shapes.record(
        slug=shapes.SLUG,
        url=shapes.ADDRESS,
        title=shapes.TEXT,
        title_en=shapes.TEXT,
        title_ru=shapes.TEXT,
        authors=shapes.TEXT,
        publisher=shapes.TEXT,
        published=shapes.about(
            "ISO 8601, as exactly as it is known: 2019, 2019-06, 2019-06-14.", shapes.maybe(shapes.TEXT)
        ),
        language=shapes.one_of(Language),
        link=shapes.about("Where the document stands on the web.", shapes.maybe(shapes.TEXT)),
        rights_note=shapes.TEXT,
        rights_note_en=shapes.TEXT,
        rights_note_ru=shapes.TEXT,
        recommendations=shapes.about("How many tracked recommendations the reader may see.", shapes.WHOLE),
        passages_url=shapes.ADDRESS,
        snapshot=shapes.about("The text as read in last.", shapes.maybe(SNAPSHOT)),
        version=shapes.VERSION,
    ),
    "A document that recommends.",
)
SAME: Final = ("slug", "authors", "publisher", "language", "version")


def rows(sources: QuerySet[Source], reader: Person | None) -> QuerySet[Any, Any]:
    """Turn sources into dicts."""
    items = Recommendation.objects.visible_to(reader).standing().filter(source=OuterRef("pk")).order_by()
    count = items.values("source").annotate(n=Count("pk")).values("n")
    read = Snapshot.objects.filter(source=OuterRef("pk")).order_by("-number")
    snapshot = read.values(object=JSONObject(**{name: name for name in SNAPSHOT["properties"]}))
    made: QuerySet[Any, Any] = sources.values(
        "id",
        "url",
        "published_on",
        "published_precision",
        *SAME,
        *(f"{column}_{code}" for column in ("title", "rights_note") for code in ("en", "ru")),
        items=Coalesce(Subquery(count, output_field=IntegerField()), 0),
        snapshot=Subquery(snapshot[:1]),
    )
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    language, day, read = reader_language(), row["published_on"], row["snapshot"]
    return {
        "url": to("sources", row["slug"]),
        **all_of(row, "title", language),
        **all_of(row, "rights_note", language),
        "published": calendar.iso_partial(day, row["published_precision"]) if day else None,
        "link": row["url"] or None,
        "recommendations": row["items"],
        "passages_url": to("sources", row["slug"], "passages"),
        "snapshot": read and {**read, "read_at": moment(read["read_at"])},
        **{column: row[column] for column in SAME},
    }


class Sources(Door):
    """All sources."""

    @operation("List sources", "Source", listed=True, dated=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(rows(Source.objects.all(), self.person), BY_SLUG, present, "Source")


class OneSource(Door):
    """A source."""

    @operation("Read a source", "Source", has_etag=True, dated=True)
    def get(self, request: Request, slug: str) -> Response:
        """Answer it, or 304."""
        row = first_or_404(rows(Source.objects.filter(slug=slug), self.person))
        return self.shown(present(row), version=row["version"])
