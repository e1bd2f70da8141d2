"""Milestones: deliverables of a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import first_or_404, item_of, visible
from recommendations.models import Milestone
from recommendations.models.keyset import Order

if TYPE_CHECKING:
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
        version=shapes.VERSION,
    ),
    "A deliverable with a due date and, once delivered, a date done.",
)
SAME: Final = ("title", "due_on", "done_on", "version")


def rows(milestones: QuerySet[Milestone]) -> QuerySet[Any, Any]:
    """Turn milestones into dicts."""
    made: QuerySet[Any, Any] = milestones.values("id", "uuid", *SAME, reference=F("recommendation__reference"))
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "id": row["uuid"],
        "url": to("milestones", row["uuid"]),
        "recommendation": row["reference"],
        **{column: row[column] for column in SAME},
    }


class MilestonesOfOne(Door):
    """The deliverables of a recommendation."""

    @operation("List milestones", "Milestone", says="In the order in which they were entered.", listed=True, dated=True)
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of them."""
        found = rows(Milestone.objects.filter(recommendation=item_of(reference, self.person)))
        return self.listed(found, OLDEST, present, "Milestone")


class OneMilestone(Door):
    """A milestone."""

    @operation("Read a milestone", "Milestone", has_etag=True, dated=True)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the address
        """Answer it, or 304."""
        row = first_or_404(rows(visible(Milestone.objects.filter(uuid=id), self.person)))
        return self.shown(present(row), version=row["version"])
