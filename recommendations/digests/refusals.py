"""After a refusal for good: whether the address gets no digest any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recommendations.actions.suppression import suppress
from recommendations.models import Delivery, Suppression
from recommendations.models.clock import clock
from recommendations.models.delivery import DeliveryState
from recommendations.models.postal import SuppressionReason
from recommendations.rules.replies import About, about

if TYPE_CHECKING:
    from recommendations.digests.claim import Claim

MOST_REFUSALS: Final = 3
"""Digests in a row that an address refused for good without saying that there is no such address; then it gets no more."""
_ENDS: Final = (DeliveryState.SENT, DeliveryState.FAILED)


def judge(mine: Claim, said: str) -> None:
    """Suppress the address of a row that has just failed, when it is none, or refused as many in a row."""
    whom = about(said)
    if whom not in {About.NO_ADDRESS, About.RECIPIENT}:
        return
    row = Delivery.objects.get(pk=mine.delivery)
    if whom == About.NO_ADDRESS or _refused_in_a_row(row):
        suppress(row.recipient, SuppressionReason.REFUSED, said, now=clock())


def _refused_in_a_row(row: Delivery) -> bool:
    """Look at the latest digests of the subscription to this address; what was before it was lifted does not count."""
    last = Delivery.objects.filter(subscription=row.subscription_id, recipient=row.recipient, state__in=_ENDS)
    if lifted := Suppression.objects.of(row.recipient).filter(lifted_at__isnull=False).first():
        last = last.filter(finished_at__gt=lifted.lifted_at)
    said = list(last.order_by("-period_start").values_list("last_error", flat=True)[:MOST_REFUSALS])
    return len(said) == MOST_REFUSALS and all(about(one) in {About.NO_ADDRESS, About.RECIPIENT} for one in said)
