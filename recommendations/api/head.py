"""The heads of history: what to save elsewhere, so that nobody rewrites it unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Head
from recommendations.models.keyset import Order

if TYPE_CHECKING:
    import datetime as dt

    from rest_framework.request import Request
    from rest_framework.response import Response

LATEST: Final = Order("-day", "day", descending=True)
SAME: Final = ("day", "events", "last_event", "previous_root", "root", "published_at")
SHAPE: Final = declare(
    "Head",
    shapes.record(
        id=shapes.about("The day, in UTC.", shapes.DAY),
        url=shapes.ADDRESS,
        day=shapes.DAY,
        events=shapes.about("How many there are from the beginning.", shapes.WHOLE),
        last_event=shapes.about(
            "The number of the last event that goes into it, in the order of recording.", shapes.WHOLE
        ),
        previous_root=shapes.about("The root of the head before it; zeros for the first.", shapes.HASH),
        root=shapes.about(
            "SHA-256 over the previous root and the hashes of all events since, as text, in the order of recording.",
            shapes.HASH,
        ),
        published_at=shapes.MOMENT,
    ),
    "The end of a day's history. The database refuses to change or delete it.",
)


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {"id": row["day"], "url": to("heads", row["day"].isoformat()), **{name: row[name] for name in SAME}}


class Heads(Door):
    """All heads."""

    @operation(
        "List the heads of history", "Head", says="The newest first. All as a file: `/history/heads.json`.", listed=True
    )
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(Head.objects.values("id", *SAME), LATEST, present, "Head")


class OneHead(Door):
    """The head of a day."""

    @operation("Read a head of history", "Head", has_etag=True)
    def get(self, request: Request, id: dt.date) -> Response:  # noqa: A002 - its name in the address
        """Answer it, or 304."""
        return self.shown(present(first_or_404(Head.objects.filter(day=id).values("id", *SAME))))
