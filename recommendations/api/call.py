"""Calls: what was told to one's own webhooks, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import webhook
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404
from recommendations.models import Call
from recommendations.models.webhook import CallState

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

SHAPE: Final = declare(
    "Call",
    shapes.record(
        id=shapes.about("The message's `webhook-id`, the same at each attempt.", shapes.IDENTITY),
        url=shapes.ADDRESS,
        webhook=shapes.IDENTITY,
        event=shapes.about("What it tells of; null for a test.", shapes.maybe(shapes.ADDRESS)),
        state=shapes.one_of(CallState),
        planned_at=shapes.MOMENT,
        due_at=shapes.about("When it is tried next, or was tried last.", shapes.MOMENT),
        finished_at=shapes.maybe(shapes.MOMENT),
        attempts=shapes.WHOLE,
        status=shapes.about("The HTTP status of the last attempt.", shapes.maybe(shapes.WHOLE)),
        last_error=shapes.about(
            "A word for why there was none, as `timeout`, `tls`, `no_such_host`; or for why it was dropped.",
            shapes.TEXT,
        ),
    ),
    "One event for one webhook.",
)
SAME: Final = ("state", "planned_at", "due_at", "finished_at", "attempts", "status", "last_error")
_EVENT: Final = ("subject", "subject_key", "sequence")


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return the calls of the reader's webhooks as dicts."""
    found = Call.objects.filter(webhook__person=door.actor, webhook__ended_at__isnull=True)
    event = {f"event_{name}": F(f"event__{name}") for name in _EVENT}
    made: QuerySet[Any, Any] = found.values("id", "uuid", *SAME, webhook_uuid=F("webhook__uuid"), **event)
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    is_test = row["event_subject"] is None
    return {
        "id": row["uuid"],
        "url": to("calls", row["uuid"]),
        "webhook": row["webhook_uuid"],
        "event": None if is_test else to("events", *(row[f"event_{name}"] for name in _EVENT)),
        **{column: row[column] for column in SAME},
    }


class OneCall(Door):
    """One call of one's own webhooks."""

    needs_person = True

    @operation("Read a call", "Call", has_etag=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)


class CallResending(Door):
    """A call about to be made again."""

    needs_person = True

    @operation(
        "Make a call again",
        "Call",
        says="For calls that were accepted, given up or dropped. The id stays the same.",
        problems=(409,),
        has_etag=True,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Plan it anew."""
        return one(self, webhook.resend(id, actor=self.actor, now=self.now).uuid)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a call of one's own. Raises `Http404`."""
    return door.shown(present(first_or_404(mine(door).filter(uuid=uuid))), status=status)
