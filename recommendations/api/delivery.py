"""Deliveries: the digests that were made for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Delivery
from recommendations.models.delivery import DeliveryState
from recommendations.models.keyset import Order

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Delivery",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        subscription=shapes.IDENTITY,
        period_start=shapes.MOMENT,
        period_end=shapes.about("The first moment after the period.", shapes.MOMENT),
        state=shapes.one_of(DeliveryState),
        planned_at=shapes.MOMENT,
        due_at=shapes.MOMENT,
        finished_at=shapes.maybe(shapes.MOMENT),
        attempts=shapes.WHOLE,
        subject=shapes.TEXT,
    ),
    "One digest for one subscription and one period.",
)
DETAIL: Final = declare(
    "DeliveryDetail",
    shapes.extended(
        SHAPE,
        recipient=shapes.TEXT,
        message_id=shapes.TEXT,
        text=shapes.about("The mail as text.", shapes.TEXT),
        html=shapes.about("The mail as HTML.", shapes.TEXT),
    ),
    "One digest with what was sent.",
)
SAME: Final = ("period_start", "period_end", "state", "planned_at", "due_at", "finished_at", "attempts", "subject")
SENT: Final = ("recipient", "message_id", "text", "html")


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the reader's deliveries as dicts."""
    found = Delivery.objects.filter(subscription__person=door.actor)
    made: QuerySet[Any, Any] = found.values("id", "uuid", *SAME, *SENT, subscription_uuid=F("subscription__uuid"))
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("deliveries", row["uuid"]),
        "subscription": row["subscription_uuid"],
        **{column: row[column] for column in SAME},
    }


class Deliveries(Door):
    """The digests that were made for oneself."""

    needs_person = True

    @operation("List your deliveries", "Delivery", says="The newest first.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        return self.listed(mine(self), NEWEST, present, "Delivery")


class OneDelivery(Door):
    """A digest with what was sent."""

    needs_person = True

    @operation("Read a delivery", "DeliveryDetail", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        row = first_or_404(mine(self).filter(uuid=id))
        return self.shown({**present(row), **{column: row[column] for column in SENT}})
