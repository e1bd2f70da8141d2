"""Merging a recommendation into one that another source makes alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommendations.actions import merging
from recommendations.api import bodies, fields
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.api.recommendation import one

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class Survivor(bodies.Body):
    """What is followed up from now on."""

    into = fields.Reference(help_text="A recommendation of another source.")


class Merge(Door):
    """A duplicate about to be merged."""

    @operation(
        "Merge a recommendation into another one",
        "RecommendationDetail",
        says="For stewards. It is withdrawn with `merged_into`; nothing is moved, and `restore` undoes it.",
        body=Survivor,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"into": "RB-02"},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Merge it."""
        seen, said = self.seen(needed=False), self.said(Survivor)
        merging.merge(reference, said["into"], actor=self.actor, now=self.now, seen=seen)
        return one(self, reference)
