"""Following: whether one follows a recommendation, and all that one follows. Nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from rest_framework.response import Response

from recommendations.actions import follow
from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import operation
from recommendations.api.subject import item_of
from recommendations.models import Follow
from recommendations.models.keyset import Order

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

NEWEST: Final = Order("newest", "id", descending=True)
SHAPE: Final = declare(
    "Follow",
    shapes.record(
        recommendation=shapes.REFERENCE,
        url=shapes.ADDRESS,
        is_following=shapes.FLAG,
        since=shapes.maybe(shapes.MOMENT),
    ),
    "Whether you follow a recommendation. Nobody else learns of it.",
)


def mine(door: Door) -> QuerySet[Any, Any]:
    """Return what the reader follows as dicts."""
    found = Follow.objects.filter(person=door.actor)
    made: QuerySet[Any, Any] = found.values("id", "since", reference=F("recommendation__reference"))
    return made


def present(row: type_of_row) -> type_of_row:
    """Turn a row into what programs read."""
    return {
        "recommendation": row["reference"],
        "url": to("recommendations", row["reference"], "follow"),
        "is_following": row["since"] is not None,
        "since": row["since"],
    }


class Follows(Door):
    """All that one follows."""

    needs_person = True

    @operation("List what you follow", "Follow", says="The latest first.", listed=True)
    def get(self, request: Request) -> Response:
        """Answer a page of it."""
        return self.listed(mine(self), NEWEST, present, "Follow")


class OneFollow(Door):
    """Whether one follows a recommendation."""

    needs_person = True
    is_shared = True

    @operation("Read whether you follow a recommendation", "Follow", has_etag=True)
    def get(self, request: Request, reference: str) -> Response:
        """Answer it, or 304."""
        return self._answer(reference)

    @operation("Follow a recommendation", "Follow", says="Following twice is no mistake.", has_etag=True)
    def post(self, request: Request, reference: str) -> Response:
        """Begin to follow."""
        follow.follow(reference, actor=self.actor, now=self.now)
        return self._answer(reference)

    @operation("Stop following a recommendation", says="What you do not follow is no mistake.", status=204)
    def delete(self, request: Request, reference: str) -> Response:
        """Stop following."""
        follow.unfollow(reference, actor=self.actor, now=self.now)
        return Response(status=204)

    def _answer(self, reference: str) -> Response:
        item = item_of(reference, self.person)
        row = mine(self).filter(recommendation=item).first()
        return self.shown(present(row or {"reference": item.reference, "since": None}))
