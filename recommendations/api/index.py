"""The door's plate: what there is under /api/v1/, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door
from recommendations.api.operation import operation

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

PLACES: Final = (
    "recommendations",
    "events",
    "heads",
    "sources",
    "organizations",
    "themes",
    "people/me",
    "subscriptions",
    "deliveries",
    "follows",
    "notices",
    "batches",
    "imports",
    "tokens",
    "saved-views",
    "calendars",
    "webhooks",
    "vocabulary",
    "statistics",
    "changes",
    "reports",
    "schema",
    "docs",
)


def _name(place: str) -> str:
    return place.replace("/", "_").replace("-", "_")


SHAPE: Final = declare(
    "Index",
    shapes.record(url=shapes.ADDRESS, **{_name(place): shapes.ADDRESS for place in PLACES}),
    "Where everything is.",
)


class Index(Door):
    """Where everything is."""

    @operation("Read the index", "Index", has_etag=True)
    def get(self, request: Request) -> Response:
        """Answer it, or 304."""
        return self.shown({"url": to()[:-1], **{_name(place): to(place) for place in PLACES}})


class Nothing(Door):
    """Every other address under /api/."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Count, sign in, and say that nothing is here, whatever the method."""
        super(Door, self).initial(request, *args, **kwargs)
        raise Http404
