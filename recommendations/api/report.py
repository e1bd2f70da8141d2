"""Publications: what the register said as of a moment, frozen. Stewards publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import reverse

from recommendations.actions.report import Heading
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Report
from recommendations.models.keyset import Order
from recommendations.reports import publication
from recommendations.reports.publication import Wish
from recommendations.rules import words
from recommendations.rules.publication import LONGEST_NAME, Column, Entries, Section
from recommendations.rules.query import LONGEST

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
FILES: Final = {"page_url": "report", "data_url": "report_file", "table_url": "report_table"}
SHAPE: Final = declare(
    "Report",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        name=shapes.about("A newer one of the same name takes its place; both stay.", shapes.TEXT),
        title_en=shapes.TEXT,
        title_ru=shapes.TEXT,
        as_of=shapes.MOMENT,
        published_at=shapes.MOMENT,
        sha256=shapes.about("Of the bytes at `data_url`; its event in history says the same.", shapes.HASH),
        superseded_by=shapes.about("The newest of its name, if that is another one.", shapes.maybe(shapes.ADDRESS)),
        page_url=shapes.about("The page.", shapes.ADDRESS),
        data_url=shapes.about("The whole of it as JSON: the bytes that are hashed.", shapes.ADDRESS),
        table_url=shapes.about("Its recommendations as CSV.", shapes.ADDRESS),
    ),
    "A frozen publication. The database refuses to change or delete it.",
)
declare(
    "ReportDetail",
    shapes.extended(
        SHAPE,
        manifest=shapes.about(
            "What was asked, of which moment, where in history each item stood, and the SHA-256 of each part.",
            shapes.ANYTHING,
        ),
    ),
    "A publication with its manifest.",
)
SAME: Final = ("name", "title_en", "title_ru", "as_of", "published_at", "sha256")


class Publication(bodies.Body):
    """What to publish."""

    name = fields.Text(longest=LONGEST_NAME, shortest=1)
    title_en = fields.Text(longest=words.TITLE, required=False, help_text="Without one, the name.")
    title_ru = fields.Text(longest=words.TITLE, required=False)
    as_of = fields.DayOrMoment(help_text="A day (its end in UTC), or a time with its offset.")
    since = fields.DayOrMoment(required=False, help_text="An earlier day or time, to tell changes from.")
    filter = fields.Text(
        longest=LONGEST, required=False, help_text="As after the question mark: `status=partly&lead=…`."
    )
    sections = fields.Many(fields.Choice(Section), required=False)
    entries = fields.Choice(Entries, required=False)
    columns = fields.Many(fields.Choice(Column), required=False)


def rows() -> QuerySet[Any, Any]:
    """Return publications as dicts, without their contents."""
    made: QuerySet[Any, Any] = Report.objects.with_newest().values("id", "uuid", "newest", *SAME)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    is_newest = row["newest"] == row["uuid"]
    return {
        "id": row["uuid"],
        "url": to("reports", row["uuid"]),
        **{name: row[name] for name in SAME},
        "superseded_by": None if is_newest else to("reports", row["newest"]),
        **{name: f"{settings.PUBLIC_URL}{reverse(view, args=[row['uuid']])}" for name, view in FILES.items()},
    }


class Reports(Door):
    """All publications."""

    @operation("List publications", "Report", says="The newest first.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(rows(), NEWEST, present, "Report")

    @operation(
        "Publish a report",
        "ReportDetail",
        says="For stewards. It is composed of what strangers could see as of the moment, and can never be changed.",
        status=201,
        body=Publication,
        has_etag=True,
        example={"name": "Half-yearly report", "as_of": "2020-06-30", "entries": "table"},
    )
    def post(self, request: Request) -> Response:
        """Compose and keep one."""
        said = self.said(Publication)
        heading = Heading(**{name: said.pop(name) for name in ("name", "title_en", "title_ru") if name in said})
        made = publication.publish(Wish(**said), heading, actor=self.actor, now=self.now)
        return one(self, made.uuid, status=201)


class OneReport(Door):
    """A publication."""

    @operation("Read a publication", "ReportDetail", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a publication. Raises `Http404`."""
    row = first_or_404(rows().filter(uuid=uuid))
    manifest = Report.objects.get(uuid=uuid).said["manifest"]
    return door.shown({**present(row), "manifest": manifest}, status=status)
