"""Send a digest again that did not certainly arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_administrator
from recommendations.models import Delivery, Suppression
from recommendations.models.delivery import DeliveryState
from recommendations.models.event import Subject, Verb
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person


def send_again(uuid: UUID, *, actor: Person, now: dt.datetime) -> Delivery:
    """Plan an uncertain or failed digest anew. Its Message-ID stays, so that most mail programs show it once.

    Raises `Forbidden`, `Missing`, `Unlawful` (sent, still under way, or never meant to be sent).
    """
    need_administrator(actor)
    with act(now):
        row = Delivery.objects.select_for_update(of=("self",)).select_related("subscription").filter(uuid=uuid).first()
        if row is None:
            raise Missing(Problem("not_found", _("There is no such digest.")))
        refuse_if(_check(row, now), Unlawful)
        before = {"delivery": row.uuid, "state": row.state}
        row.state, row.planned_at, row.due_at = DeliveryState.PLANNED, now, now
        row.attempts = row.stranded = 0
        row.token = row.lease_until = row.finished_at = row.handed_over_at = row.slot_at = None
        row.save()
        event.record(
            Verb.SENT_AGAIN, Subject.SUBSCRIPTION, str(row.subscription.uuid), actor=actor, now=now, before=before
        )
    return row


def is_uncertain(row: Delivery, now: dt.datetime) -> bool:
    """Tell whether it may have arrived or not: handed over, and nobody is waiting for the answer any more."""
    return row.state == DeliveryState.HANDED_OVER and row.lease_until is not None and row.lease_until < now


def _check(row: Delivery, now: dt.datetime) -> list[Problem]:
    if Suppression.objects.standing().of(row.subscription.address).exists():
        return [Problem("address_suppressed", _("This address gets no mail any more; let it get mail again first."))]
    if row.state == DeliveryState.FAILED or is_uncertain(row, now):
        return []
    text = _("Only a digest that failed or is uncertain can be sent again; this one is neither.")
    return [Problem("not_to_be_sent_again", text)]
