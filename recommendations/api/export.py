"""Exports: the list of recommendations as a file, with its filters, as of any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import StreamingHttpResponse

from recommendations.api import formats, shapes
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.filters import FILTERS
from recommendations.api.operation import View, operation
from recommendations.exchange import export
from recommendations.models import Recommendation
from recommendations.rules import selection
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

ROW: Final = shapes.record(
    reference=shapes.REFERENCE,
    title_en=shapes.TEXT,
    title_ru=shapes.TEXT,
    description_en=shapes.TEXT,
    description_ru=shapes.TEXT,
    source=shapes.SLUG,
    themes=shapes.many(shapes.SLUG),
    instrument=shapes.one_of(Instrument),
    priority=shapes.one_of(Priority),
    target_on=shapes.maybe(shapes.DAY),
    visibility=shapes.one_of(Visibility),
    parent=shapes.maybe(shapes.REFERENCE),
    status=shapes.one_of(Status),
    is_self_reported=shapes.FLAG,
    reported_status=shapes.one_of(Status),
    verified_status=shapes.one_of(Status),
    disagreement=shapes.FLAG,
    assessed_on=shapes.maybe(shapes.DAY),
    response=shapes.maybe(shapes.one_of(Answer)),
    delivery=shapes.one_of(Delivery),
    freshness=shapes.one_of(Freshness),
    lead=shapes.maybe(shapes.SLUG),
    withdrawn_at=shapes.maybe(shapes.MOMENT),
    created_at=shapes.MOMENT,
    updated_at=shapes.MOMENT,
    version=shapes.VERSION,
)
declare(
    "ExportedRecommendation", ROW, "A recommendation in one row: slugs and references in the place of what they name."
)
declare("Export", shapes.many(shapes.ref("ExportedRecommendation")), "All that the filters keep, in their order.")
SAYS: Final = (
    "The same filters, and the same eyes, as the list; nothing is left out, and memory does not grow with it. "
    "`Content-Disposition` names the file by its day."
)


class _Export(Door):
    """All that a selection keeps, streamed."""

    form = ""

    def answer(self, request: Request) -> StreamingHttpResponse:
        """Check the filters, then hand out the file."""
        wanted = selection.parse(dict(request.query_params.lists()), others=("as_of",))
        items = Recommendation.objects.visible_to(self.person).selected(wanted, person=self.person, today=self.today)
        pieces = export.export(
            items,
            self.form,
            ordering=wanted.ordering,
            reader=self.person,
            today=self.today,
            moment=self.as_of.moment if self.as_of else None,
        )
        media_type = export.MEDIA_TYPES[self.form]
        charset = "; charset=utf-8" if self.form == "csv" else ""
        name = f'attachment; filename="recommendations-{self.today.isoformat()}.{self.form}"'
        return StreamingHttpResponse(pieces, content_type=media_type + charset, headers={"Content-Disposition": name})


def _says(form: str, answer: str = "") -> Callable[[View], View]:
    extra = {"csv": " UTF-8 with BOM, CRLF; a cell that could be a formula begins with an apostrophe."}
    return operation(
        f"Export recommendations as {form.upper()}",
        answer,
        says=SAYS + extra.get(form, ""),
        query=FILTERS,
        dated=True,
        streamed=True,
        media_types=(export.MEDIA_TYPES[form],),
    )


class CsvExport(_Export):
    """As a table."""

    form = "csv"
    renderer_classes = (formats.written_as("csv", "text/csv"), formats.JSON)

    @_says("csv")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Hand it out."""
        return self.answer(request)


class JsonExport(_Export):
    """As one JSON array."""

    form = "json"

    @_says("json", "Export")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Hand it out."""
        return self.answer(request)


class NdjsonExport(_Export):
    """As one JSON object in each line."""

    form = "ndjson"
    renderer_classes = (formats.written_as("ndjson", "application/x-ndjson"), formats.JSON)

    @_says("ndjson")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Hand it out."""
        return self.answer(request)
