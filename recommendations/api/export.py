"""Exports: the list of recommendations as a file, with its filters, as of any moment; and what such a file is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import StreamingHttpResponse
from rest_framework.response import Response

from recommendations.api import formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.filters import FILTERS
from recommendations.api.operation import Parameter, View, operation
from recommendations.exchange import export, manifest, workbook
from recommendations.exchange.columns import SCALED
from recommendations.exchange.export import Tally
from recommendations.exchange.manifest import Asked
from recommendations.rules import selection
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import SCALES, Answer, Instrument, Priority
from recommendations.rules.words import not_a_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_WITH_SCALE: Final = {**ROW, "properties": {**ROW["properties"], **dict.fromkeys(SCALED, shapes.maybe(shapes.TEXT))}}
declare(
    "ExportedRecommendation",
    _WITH_SCALE,
    "A recommendation in one row: slugs and references in the place of what they name; the ratings in another body's "
    "words with `scale` only, null where it has none.",
)
declare("Export", shapes.many(shapes.ref("ExportedRecommendation")), "All that the filters keep, in their order.")
declare(
    "Manifest",
    shapes.record(
        url=shapes.about("This manifest, at any later time.", shapes.ADDRESS),
        data_url=shapes.about("The file, byte by byte, at any later time.", shapes.ADDRESS),
        format={"type": "string", "enum": list(manifest.FORMS)},
        as_of=shapes.about("The moment that the file tells of.", shapes.MOMENT),
        day=shapes.about("The day there that delivery and freshness are seen from.", shapes.DAY),
        query=shapes.about("The filters and the scale, always written the same.", shapes.TEXT),
        standing={"type": "string", "enum": ["public", "internal"]},
        scale=shapes.maybe({"type": "string", "enum": list(SCALES)}),
        vocabulary_version=shapes.TEXT,
        columns=shapes.many(shapes.TEXT),
        rows=shapes.WHOLE,
        bytes=shapes.about("How long what was hashed is.", shapes.WHOLE),
        sha256=shapes.HASH,
        sha256_of=shapes.about(
            "The form that was hashed: of a workbook, the same rows as CSV.",
            {"type": "string", "enum": list(export.MEDIA_TYPES)},
        ),
    ),
    "What a file of recommendations is.",
)
SAYS: Final = (
    "The same filters, and the same eyes, as the list; nothing is left out, and memory does not grow with it. "
    '`Content-Disposition` names the file by its day, `Link` (rel="describedby") its manifest.'
)
SCALE: Final = Parameter(
    "scale", {"type": "string", "enum": list(SCALES)}, "Also the ratings in the words of another body's scale."
)
FORM: Final = Parameter(
    "format", {"type": "string", "enum": list(manifest.FORMS)}, "Which of the files; csv if not said."
)


class _Files(Door):
    """All that a selection keeps."""

    def asked(self, *others: str) -> Asked:
        """Read the question. Raises `Invalid`."""
        params = self.request.query_params
        wanted = selection.parse(dict(params.lists()), others=("as_of", "scale", *others))
        moment = self.as_of.moment if self.as_of else None
        scale = self.chosen("scale", SCALES)
        return Asked(wanted, self.person, today=self.today, now=self.now, moment=moment, scale=scale)

    def chosen(self, name: str, values: tuple[str, ...]) -> str | None:
        """Return a parameter that has a closed list of values."""
        value: str | None = self.request.query_params.get(name)
        if value is not None and value not in values:
            raise Invalid(not_a_choice(value, list(values), name))
        return value


class _Export(_Files):
    """A file, streamed."""

    form = ""

    def answer(self, request: Request) -> StreamingHttpResponse:
        """Check the filters, then hand out the file."""
        asked = self.asked()
        media_type = export.MEDIA_TYPES.get(self.form, workbook.MEDIA_TYPE)
        charset = "; charset=utf-8" if self.form == "csv" else ""
        headers = {
            "Content-Disposition": f'attachment; filename="recommendations-{self.today.isoformat()}.{self.form}"',
            "Link": f'<{_manifest(asked, self.form)}>; rel="describedby"; type="application/json"',
        }
        return StreamingHttpResponse(self.pieces(asked), content_type=media_type + charset, headers=headers)

    def pieces(self, asked: Asked) -> Iterator[bytes]:
        """Yield the file."""
        return asked.pieces(self.form, Tally())


def _manifest(asked: Asked, form: str) -> str:
    return f"{to('exports', 'recommendations.manifest.json')[:-1]}?format={form}&{asked.again}"


def _says(form: str, answer: str = "", media_type: str = "") -> Callable[[View], View]:
    extra = {
        "csv": " UTF-8 with BOM, CRLF; a cell that could be a formula begins with an apostrophe.",
        "xlsx": " Cells as in the CSV, dates as dates; a second sheet says what it is. It is made before it is sent.",
    }
    return operation(
        f"Export recommendations as {form.upper()}",
        answer,
        says=SAYS + extra.get(form, ""),
        query=(*FILTERS, SCALE),
        dated=True,
        streamed=True,
        media_types=(media_type or export.MEDIA_TYPES[form],),
    )


class CsvExport(_Export):
    """As a table."""

    form = "csv"
    renderer_classes = (formats.written_as("csv", "text/csv"), formats.JSON)

    @_says("csv")
    def get(self, request: Request) -> StreamingHttpResponse:
        """Hand it out."""
        return self.answer(request)


class XlsxExport(_Export):
    """As a workbook."""

    form = "xlsx"
    renderer_classes = (formats.written_as("xlsx", workbook.MEDIA_TYPE), formats.JSON)

    @_says("xlsx", media_type=workbook.MEDIA_TYPE)
    def get(self, request: Request) -> StreamingHttpResponse:
        """Hand it out."""
        return self.answer(request)

    def pieces(self, asked: Asked) -> Iterator[bytes]:
        """Make the whole of it in a file; yield that."""
        file, _tally = workbook.write(asked)
        return workbook.pieces(file)


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


class Manifest(_Files):
    """What a file is."""

    @operation(
        "Describe an export",
        "Manifest",
        says="Makes the file to count and hash it. The moment in it, given as `as_of`, has the register answer the same "
        "file again; only what was hidden since is missing then.",
        query=(*FILTERS, SCALE, FORM),
        dated=True,
        streamed=True,
    )
    def get(self, request: Request) -> Response:
        """Answer it."""
        form = self.chosen("format", manifest.FORMS) or "csv"
        asked = self.asked("format")
        said = manifest.manifest(asked, form, manifest.count(asked, form))
        data = f"{to('exports', f'recommendations.{form}')[:-1]}?{asked.again}"
        return Response({"url": _manifest(asked, form), "data_url": data, **said})
