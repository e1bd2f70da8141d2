"""Milestones: deliverables of a recommendation, set, amended, finished and cancelled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.actions import milestone
from recommendations.api import bodies, fields, shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, visible
from recommendations.models import Milestone
from recommendations.models.keyset import Order
from recommendations.rules import calendar, words
from recommendations.rules.calendar import MilestoneState

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

OLDEST: Final = Order("oldest", "id")
SHAPE: Final = declare(
    "Milestone",
    shapes.record(
        id=shapes.IDENTITY,
        url=shapes.ADDRESS,
        recommendation=shapes.REFERENCE,
        title=shapes.TEXT,
        due_on=shapes.maybe(shapes.DAY),
        done_on=shapes.maybe(shapes.DAY),
        state=shapes.about("Where it stands today.", shapes.one_of(MilestoneState)),
        cancelled_at=shapes.maybe(shapes.MOMENT),
        cancellation_reason=shapes.TEXT,
        version=shapes.VERSION,
    ),
    "A deliverable with a due date and, once delivered, a date done.",
)
SAME: Final = ("title", "due_on", "done_on", "cancelled_at", "cancellation_reason", "version")


class Planned(bodies.Body):
    """What is promised, and by when."""

    title = fields.Text(longest=words.TITLE, shortest=1)
    due_on = fields.Day(required=False, allow_null=True)


class Finish(bodies.Body):
    """When it was delivered."""

    done_on = fields.Day(help_text="Not later than today.")


class Cancellation(bodies.Body):
    """Why it will not be delivered."""

    reason = fields.Text(longest=words.TEXT, shortest=1)


def rows(milestones: QuerySet[Milestone]) -> QuerySet[Any, Any]:
    """Turn milestones into dicts."""
    made: QuerySet[Any, Any] = milestones.values("id", "uuid", *SAME, reference=F("recommendation__reference"))
    return made


def present(row: type_of_row, *, today: dt.date) -> type_of_row:
    """Turn a row into what programs read."""
    is_cancelled = row["cancelled_at"] is not None
    return {
        "id": row["uuid"],
        "url": to("milestones", row["uuid"]),
        "recommendation": row["reference"],
        "state": calendar.milestone_state(row["due_on"], row["done_on"], is_cancelled=is_cancelled, today=today),
        **{column: row[column] for column in SAME},
    }


class MilestonesOfOne(Door):
    """The deliverables of a recommendation."""

    @operation("List milestones", "Milestone", says="In the order in which they were entered.", listed=True, dated=True)
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        found = rows(Milestone.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, OLDEST, partial(present, today=self.today), "Milestone")

    @operation(
        "Set a milestone",
        "Milestone",
        says="For owners of the recommendation, and stewards.",
        status=201,
        body=Planned,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"title": "A draft is sent to both governments", "due_on": "2027-03-31"},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Set one."""
        seen, said = self.seen(needed=False), milestone.Plan(**self.said(Planned))
        return one(self, milestone.plan(reference, said, actor=self.actor, now=self.now, seen=seen).uuid, status=201)


class OneMilestone(Door):
    """A milestone."""

    @operation("Read a milestone", "Milestone", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        return one(self, id)

    @operation(
        "Amend a milestone",
        "Milestone",
        says="For owners and stewards, while it is open. Only the fields sent are changed.",
        body=Planned,
        partial=True,
        if_match=True,
        problems=(409,),
        has_etag=True,
        example={"due_on": "2027-06-30"},
    )
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Change what is sent."""
        seen, said = self.seen(needed=True), self.said(Planned, partial=True)
        milestone.amend(id, said, actor=self.actor, now=self.now, seen=seen)
        return one(self, id)


class MilestoneFinish(Door):
    """A milestone about to be finished."""

    @operation(
        "Finish a milestone",
        "Milestone",
        says="For owners and stewards.",
        body=Finish,
        problems=(409,),
        has_etag=True,
        example={"done_on": "2026-11-20"},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Say that it was delivered."""
        milestone.finish(id, self.said(Finish)["done_on"], actor=self.actor, now=self.now)
        return one(self, id)


class MilestoneCancellation(Door):
    """A milestone about to be cancelled."""

    @operation(
        "Cancel a milestone",
        "Milestone",
        says="For owners and stewards. It stays readable with the reason.",
        body=Cancellation,
        problems=(409,),
        has_etag=True,
        example={"reason": "The two programmes were merged."},
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Say that it will not be delivered."""
        milestone.cancel(id, self.said(Cancellation)["reason"], actor=self.actor, now=self.now)
        return one(self, id)


def one(door: Door, uuid: UUID, *, status: int = 200) -> Response:
    """Answer a milestone. Raises `Http404`."""
    row = first_or_404(rows(visible(Milestone.objects.filter(uuid=uuid), door.person)))
    return door.shown(present(row, today=door.today), status=status, version=row["version"])
