"""Calendars: secret addresses at which one's calendar fetches due dates; one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from rest_framework.response import Response

from recommendations.actions import calendar_address
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import CalendarAddress
from recommendations.models.keyset import Order
from recommendations.models.person import Language
from recommendations.rules.query import LONGEST

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Calendar",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        query=shapes.about("The filters of its recommendations.", shapes.TEXT),
        language=shapes.one_of(Language),
        prefix=shapes.about("The beginning of the secret, to recognise it by.", shapes.TEXT),
        created_at=shapes.MOMENT,
        last_used_at=shapes.about("To the hour.", shapes.maybe(shapes.MOMENT)),
        revoked_at=shapes.maybe(shapes.MOMENT),
    ),
    "A selection's due dates, milestones and next reviews as a calendar.",
)
declare(
    "NewCalendar",
    shapes.extended(SHAPE, calendar_url=shapes.about("The secret address, shown this once.", shapes.ADDRESS)),
    "A calendar with its address.",
)
SAME: Final = ("name", "query", "language", "prefix", "created_at", "last_used_at", "revoked_at")


class Wish(bodies.Body):
    """Whose dates, and in which language."""

    name = fields.Text(longest=100, shortest=1)
    query = fields.Text(
        longest=LONGEST, required=False, help_text="As after the question mark: `owner=me`. All without it."
    )
    language = fields.Choice(Language, required=False)


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's calendars as dicts."""
    made: QuerySet[Any, Any] = CalendarAddress.objects.filter(person=door.actor).values("id", "uuid", *SAME)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {"id": row["uuid"], "url": to("calendars", row["uuid"]), **{column: row[column] for column in SAME}}


class Calendars(Door):
    """One's own calendars."""

    needs_person = True

    @operation("List your calendars", "Calendar", says="The newest first, revoked ones among them.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), NEWEST, present, "Calendar")

    @operation(
        "Make a calendar",
        "NewCalendar",
        says="Whoever knows its address sees what you may see of the selection, whenever it is fetched.",
        status=201,
        body=Wish,
        problems=(409,),
        example={"name": "What we owe", "query": "owner=me", "language": "en"},
    )
    def post(self, request: Request) -> Response:
        """Make one."""
        said = {"query": "", "language": self.actor.language, **self.said(Wish)}
        made, secret = calendar_address.issue(**said, actor=self.actor, now=self.now)
        body = present(first_or_404(mine(self).filter(uuid=made.uuid)))
        secret_url = f"{settings.PUBLIC_URL}/calendar/{secret}.ics"
        return Response({**body, "calendar_url": secret_url}, status=201, headers={"Location": body["url"]})


class OneCalendar(Door):
    """One of one's own calendars."""

    needs_person = True

    @operation("Read a calendar's settings", "Calendar", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return self.shown(present(first_or_404(mine(self).filter(uuid=id))))

    @operation("Revoke a calendar", says="It stays in the list. Revoking twice is no mistake.", status=204)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Close it for good."""
        calendar_address.revoke(id, actor=self.actor, now=self.now)
        return Response(status=204)
