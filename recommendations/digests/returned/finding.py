"""Which digest a report is about, and whether it can be believed: anybody can write to the address that bounces go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from recommendations.digests import links
from recommendations.models import Delivery

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.digests.returned.report import Report


class Found(NamedTuple):
    """A delivery that is ours. `is_proven`: the report holds a signature of ours for it."""

    delivery: Delivery
    is_proven: bool


def find(report: Report) -> Found | None:
    """Return what a report is about; None when it names nothing of ours.

    A signature stands in the envelope's address, or in the returned headers as the link that unsubscribes. Who has seen
    the mail itself can copy both, and could press that link as well. A Message-ID alone travels further, in answers to a
    mail say: it has to go with the address that the digest went to, and is not proven.
    """
    for place in report.places:
        if (uuid := links.signed_bounce(place)) and (row := _row(uuid)):
            return Found(row, is_proven=True)
    row = _row(links.named(report.message_id))
    if row is None:
        return None
    if links.unsubscribed(report.unsubscribe) == row.subscription.uuid:
        return Found(row, is_proven=True)
    return Found(row, is_proven=False) if row.recipient.lower() in report.recipients else None


def _row(uuid: UUID | None) -> Delivery | None:
    return Delivery.objects.select_related("subscription").filter(uuid=uuid).first() if uuid else None
