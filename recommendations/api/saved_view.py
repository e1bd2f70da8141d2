"""Saved views: lists that one comes back to; one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from rest_framework.response import Response

from recommendations.actions import saved_view
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import SavedView
from recommendations.models.keyset import Order
from recommendations.rules.query import LONGEST

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

BY_NAME: Final = Order("name", "name")
SHAPE: Final = declare(
    "SavedView",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        name=shapes.TEXT,
        query=shapes.about(
            "The filters as they stand in the address of a list, in one way of writing it.", shapes.TEXT
        ),
        list_url=shapes.about("The list as a page.", shapes.ADDRESS),
        api_url=shapes.about("The list here.", shapes.ADDRESS),
        created_at=shapes.MOMENT,
        updated_at=shapes.MOMENT,
        version=shapes.VERSION,
    ),
    "A selection of recommendations under a name.",
)
SAME: Final = ("name", "query", "created_at", "updated_at", "version")


class Wish(bodies.Body):
    """Which list, and how to call it."""

    name = fields.Text(longest=100, shortest=1)
    query = fields.Text(
        longest=LONGEST, required=False, help_text="As after the question mark: `status=partly&lead=…`."
    )


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's saved views as dicts."""
    made: QuerySet[Any, Any] = SavedView.objects.filter(person=door.actor).values("id", "uuid", *SAME)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    query = f"?{row['query']}" if row["query"] else ""
    return {
        "id": row["uuid"],
        "url": to("saved-views", row["uuid"]),
        "list_url": f"{settings.PUBLIC_URL}/recommendations/{query}",
        "api_url": f"{to('recommendations')}{query}",
        **{column: row[column] for column in SAME},
    }


class SavedViews(Door):
    """One's own saved views."""

    needs_person = True

    @operation("List your saved views", "SavedView", says="By name.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), BY_NAME, present, "SavedView")

    @operation(
        "Save a view",
        "SavedView",
        says="`query` takes the filters and the ordering of `recommendations/`.",
        status=201,
        body=Wish,
        problems=(409,),
        has_etag=True,
        example={"name": "Late and ours", "query": "delivery=overdue&owner=me"},
    )
    def post(self, request: Request) -> Response:
        """Keep one."""
        said = {"query": "", **self.said(Wish)}
        return one(self, saved_view.keep(**said, actor=self.actor, now=self.now).uuid, status=201)


class OneSavedView(Door):
    """One of one's own saved views."""

    needs_person = True

    @operation("Read a saved view", "SavedView", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend a saved view",
        "SavedView",
        body=Wish,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"name": "Ours"},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change its name or what it selects."""
        seen, said = self.seen(needed=True), self.said(Wish, partial=True)
        row = first_or_404(mine(self).filter(uuid=id))
        wish = {"name": row["name"], "query": row["query"], **said}
        saved_view.amend(id, **wish, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)

    @operation("Remove a saved view", status=204)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Let it go."""
        saved_view.remove(id, actor=self.actor, now=self.now)
        return Response(status=204)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a saved view of one's own. Raises `Http404`."""
    row = first_or_404(mine(door).filter(uuid=uuid))
    return door.shown(present(row), status=status, version=row["version"])
