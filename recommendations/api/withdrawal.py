"""Withdrawing a recommendation, and restoring it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recommendations.actions import withdrawal
from recommendations.api import bodies, fields
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.api.recommendation import one
from recommendations.rules import words

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class Reason(bodies.Body):
    """Why; readers see it in the history."""

    reason = fields.Text(longest=words.TEXT, shortest=1)


class Withdrawal(Door):
    """A recommendation about to be withdrawn."""

    @operation(
        "Withdraw a recommendation",
        "RecommendationDetail",
        says="For stewards. It stays readable and is no longer followed up; its parts have to be withdrawn before.",
        body=Reason,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"reason": "It repeats what another recommendation of the source says."},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Withdraw it."""
        seen, said = self.seen(needed=False), self.said(Reason)
        withdrawal.withdraw(reference, said["reason"], actor=self.actor, now=self.now, seen=seen)
        return one(self, reference)


class Restoration(Door):
    """A withdrawn or merged recommendation about to be followed up again."""

    @operation(
        "Restore a recommendation",
        "RecommendationDetail",
        says="For stewards. Undoes a withdrawal or a merge.",
        body=Reason,
        if_match=False,
        problems=(409,),
        has_etag=True,
        example={"reason": "It was withdrawn by mistake."},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Restore it."""
        seen, said = self.seen(needed=False), self.said(Reason)
        withdrawal.restore(reference, said["reason"], actor=self.actor, now=self.now, seen=seen)
        return one(self, reference)
