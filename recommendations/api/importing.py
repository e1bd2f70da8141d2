"""Imports: a table is sent, read (a dry run), looked at row by row, applied as one, undone as one. For stewards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from recommendations.actions import importing
from recommendations.api import bodies, fields, formats, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import Parameter, operation
from recommendations.api.problems import Failure
from recommendations.api.subject import first_or_404
from recommendations.exchange.incoming import headings, intake, rounds, template
from recommendations.models import Import, ImportRow
from recommendations.models.importing import ImportState, RowOutcome
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.errors import Invalid

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
BY_NUMBER: Final = Order("number", "number")
COUNTS: Final = (*RowOutcome.values, "undone", "not_undone")
PROBLEM: Final = shapes.record(
    row=shapes.about("null for the file as a whole.", shapes.maybe(shapes.WHOLE)),
    column=shapes.TEXT,
    code=shapes.TEXT,
    detail=shapes.TEXT,
)
SHAPE: Final = declare(
    "Import",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        rows=shapes.about("Where its rows are.", shapes.ADDRESS),
        file_name=shapes.about("As its sender called it.", shapes.TEXT),
        form=shapes.about("What its bytes say it is.", {"type": "string", "enum": list(intake.FORMS)}),
        size=shapes.WHOLE,
        sha256=shapes.HASH,
        state=shapes.one_of(ImportState),
        person=shapes.about("Who sent it: a name.", shapes.TEXT),
        made_at=shapes.MOMENT,
        finished_at=shapes.maybe(shapes.MOMENT),
        done=shapes.about("How many rows are behind, of `total`, in what is going on.", shapes.WHOLE),
        total=shapes.WHOLE,
        counts=shapes.about("How many rows have which outcome.", shapes.record(**dict.fromkeys(COUNTS, shapes.WHOLE))),
        problems=shapes.about("What is wrong with the file as a whole.", shapes.many(PROBLEM)),
        only_good=shapes.about("Whether rows in conflict or error were left aside.", shapes.FLAG),
        applied_at=shapes.maybe(shapes.MOMENT),
        undone_at=shapes.maybe(shapes.MOMENT),
    ),
    "A table that came in.",
)
declare(
    "ImportRow",
    shapes.record(
        number=shapes.about("Of the row in the file.", shapes.WHOLE),
        reference=shapes.TEXT,
        outcome=shapes.one_of(RowOutcome),
        changes=shapes.many(
            shapes.record(
                column=shapes.TEXT,
                before=shapes.about("What the register says; null for what is new.", {}),
                after=shapes.about("What the row says.", {}),
            )
        ),
        problems=shapes.many(shapes.record(column=shapes.TEXT, code=shapes.TEXT, detail=shapes.TEXT)),
        version=shapes.about("Of the recommendation that it was compared with.", shapes.maybe(shapes.WHOLE)),
    ),
    "A row of a table that came in, and what it would do, or did.",
)
SAME: Final = ("file_name", "form", "size", "sha256", "state", "made_at", "finished_at", "done", "total", "only_good", "applied_at", "undone_at")  # fmt: skip


class Upload(bodies.Body):
    """A table about to be read, as the part of a form."""

    file = fields.Upload(help_text="CSV (UTF-8), XLSX, ODS or JSON: an edited export, or a template that was filled in. At most 10 MB.")  # fmt: skip


class Application(bodies.Body):
    """How to apply."""

    only_good = fields.Flag(required=False, help_text="Leave rows in conflict or error aside; without it there may be none.")  # fmt: skip


def rows(imports: Any) -> Any:
    """Turn imports into dicts."""
    return imports.values("id", "uuid", "counts", "problems", "person__name", *SAME)


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    said = {
        "id": row["uuid"],
        "url": to("imports", row["uuid"]),
        "rows": to("imports", row["uuid"], "rows"),
        "person": row["person__name"],
        "counts": {name: row["counts"].get(name, 0) for name in COUNTS},
        "problems": row["problems"],
        **{name: row[name] for name in SAME},
    }
    return {name: said[name] for name in SHAPE["properties"]}


def present_row(row: type_of_row) -> type_of_row:
    """Turn a row of a table into what programs read."""
    ordered = [(name, *row["changes"][name]) for name in headings.WRITTEN if name in row["changes"]]
    changes = [{"column": name, "before": before, "after": after} for name, before, after in ordered]
    names = ("number", "reference", "outcome", "problems", "version")
    return {"changes": changes, **{name: row[name] for name in names}}


class _ForStewards(Door):
    """What stewards see, and others only as far as it is their own."""

    needs_person = True
    is_for_stewards: ClassVar[bool] = True


class Imports(_ForStewards):
    """Tables that came in."""

    parser_classes = (formats.StrictForm,)
    longest_body = formats.LONGEST_FORM

    @operation("List imports", "Import", says="The latest first. Stewards see all, others their own.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(rows(Import.objects.visible_to(self.person)), NEWEST, present, "Import")

    @operation(
        "Send a table",
        "Import",
        says="For stewards. It is read and compared, and nothing is changed: look at its rows, then apply it. Small files are "
        "read at once; for the others ask again until `state` is `read` or `refused`.",
        status=201,
        upload=Upload,
        has_etag=True,
    )
    def post(self, request: Request) -> Response:
        """Take it, and read what is small."""
        name, content = self.said(Upload)["file"]
        if len(content) > intake.LARGEST:
            raise Failure("too_large", _("The file has more than %(most)d bytes.") % {"most": intake.LARGEST})
        made = importing.take(name, content, intake.tell(content), actor=self.actor, now=self.now)
        rounds.begin(made)
        return one(self, made.uuid, status=201)


class OneImport(_ForStewards):
    """A table that came in."""

    @operation(
        "Read an import", "Import", says="Its state, how far it is, and what is wrong with the file.", has_etag=True
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class RowsOfImport(_ForStewards):
    """The rows of a table that came in."""

    @operation(
        "List the rows of an import",
        "ImportRow",
        says="What each row would do, or did, cell by cell, in the order of the file.",
        listed=True,
        query=(Parameter("outcome", shapes.one_of(RowOutcome), "Only those with this outcome."),),
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer a page of them."""
        made = first_or_404(Import.objects.visible_to(self.person).filter(uuid=id))
        found, wanted = ImportRow.objects.filter(importing=made), request.query_params.get("outcome")
        if wanted is not None and wanted not in RowOutcome.values:
            raise Invalid(words.not_a_choice(wanted, RowOutcome.values, "outcome"))
        found = found.filter(outcome=wanted) if wanted else found
        listed = found.values("id", "number", "reference", "outcome", "changes", "problems", "version")
        return self.listed(listed, BY_NUMBER, present_row, "ImportRow")


class ImportApplication(_ForStewards):
    """An import about to be applied."""

    @operation(
        "Apply an import",
        "Import",
        says="For whoever sent it. All rows or none, as one act; what somebody has changed since the file was read stops it. "
        "Small tables are applied at once; for the others ask again until `state` is `applied`, or `read` with `problems`.",
        body=Application,
        problems=(409,),
        has_etag=True,
        example={"only_good": True},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Apply it, or have it applied."""
        rounds.begin(importing.apply(id, actor=self.actor, now=self.now, **self.said(Application)))
        return one(self, id)


class ImportUndo(_ForStewards):
    """An import about to be undone."""

    @operation(
        "Undo an import",
        "Import",
        says="For stewards, once: what it changed goes back, what it registered is withdrawn. What somebody has changed since "
        "stays as it is, and its row says so.",
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Take it back, or have it taken back."""
        rounds.begin(importing.undo(id, actor=self.actor, now=self.now))
        return one(self, id)


class CsvTemplate(Door):
    """An empty table."""

    needs_person = True
    form: ClassVar[str] = "csv"
    renderer_classes = (formats.written_as("csv", template.MEDIA_TYPES["csv"]), formats.JSON)

    @operation("Download an empty table as CSV", says="The columns that an import takes.", media_types=(template.MEDIA_TYPES["csv"],))  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Hand it out."""
        return handed_out(self.form)


class XlsxTemplate(CsvTemplate):
    """The same, with an explanation."""

    form = "xlsx"
    renderer_classes = (formats.written_as("xlsx", template.MEDIA_TYPES["xlsx"]), formats.JSON)

    @operation("Download an empty table as XLSX", says="The columns that an import takes, and what may stand in them.", media_types=(template.MEDIA_TYPES["xlsx"],))  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Hand it out."""
        return handed_out(self.form)


def handed_out(form: str) -> HttpResponse:
    """Answer with a template."""
    name = f'attachment; filename="recommendations-template.{form}"'
    return HttpResponse(
        template.template(form), content_type=template.MEDIA_TYPES[form], headers={"Content-Disposition": name}
    )


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer an import. Raises `Http404`."""
    row = first_or_404(rows(Import.objects.visible_to(door.person).filter(uuid=uuid)))
    return door.shown(present(row), status=status)
