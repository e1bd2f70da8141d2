"""What follows when a digest comes back, or its reader calls it unwanted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from recommendations.actions import suppression
from recommendations.actions.delivery import is_uncertain
from recommendations.actions.moment import act
from recommendations.models import Bounce, Delivery, Suppression
from recommendations.models.delivery import DeliveryState
from recommendations.models.postal import BounceKind, SuppressionReason
from recommendations.rules.errors import Missing, Problem
from recommendations.rules.replies import About, about

if TYPE_CHECKING:
    from uuid import UUID


MOST: Final = 20  # bounces that are kept of one digest: whoever got it could send as many as they like


class Limit(NamedTuple):
    """After how many digests in how long an address gets no more, and which bounces count towards that."""

    digests: int
    within: dt.timedelta
    kinds: tuple[BounceKind, ...]


class Returned(NamedTuple):
    """What a message says of one digest. `sha256` is of the message's bytes: the same bytes count once.

    `is_proven`: it holds a signature of ours; one that does not is never enough by itself.
    """

    kind: BounceKind
    status: str
    diagnostic: str
    sha256: str
    is_proven: bool


class Recorded(NamedTuple):
    """What followed. `is_new` is False for a message that was recorded before, or is one too many of its digest."""

    is_new: bool
    is_suppressed: bool = False
    is_settled: bool = False  # it was uncertain whether the digest had been accepted


_FOR_GOOD: Final = (BounceKind.HARD, BounceKind.COMPLAINT)
AT_ONCE: Final = Limit(1, dt.timedelta(days=1), _FOR_GOOD)
REPEATED: Final = Limit(3, dt.timedelta(days=90), _FOR_GOOD)
FOR_NOW: Final = Limit(5, dt.timedelta(days=30), (*_FOR_GOOD, BounceKind.SOFT))


def record(delivery: UUID, returned: Returned, *, now: dt.datetime) -> Recorded:
    """Write down what came back, and send the address no more when that was enough. A verb of the register itself.

    The digest stays what it was, for a mail server did take it; one of which that was uncertain becomes *sent*: what came
    back had been accepted. No act of people, so no event but that of the suppression. Raises `Missing`.
    """
    with act(now):
        row = Delivery.objects.select_for_update().filter(uuid=delivery).first()
        if row is None:
            raise Missing(Problem("not_found", _("There is no such digest.")))
        if Bounce.objects.filter(sha256=returned.sha256).exists() or row.bounces.count() >= MOST:
            return Recorded(is_new=False)
        Bounce.objects.create(
            delivery=row,
            kind=returned.kind,
            status=returned.status[:16],
            diagnostic=returned.diagnostic[:300],
            sha256=returned.sha256,
            recorded_at=now,
        )
        return Recorded(True, _suppress(row, returned, now), _settle(row, now))


def limit(returned: Returned) -> Limit | None:
    """Return what is enough for a suppression; None: a mail that is still being tried may arrive yet."""
    if returned.kind == BounceKind.DELAYED:
        return None
    if returned.kind == BounceKind.SOFT:
        return FOR_NOW
    is_clear = returned.kind == BounceKind.COMPLAINT or about(f"550 {returned.status}") == About.NO_ADDRESS
    return AT_ONCE if is_clear and returned.is_proven else REPEATED


def _suppress(row: Delivery, returned: Returned, now: dt.datetime) -> bool:
    enough = limit(returned)
    if enough is None or not row.recipient or Suppression.objects.standing().of(row.recipient).exists():
        return False
    if _count(row.recipient, enough, now) < enough.digests:
        return False
    reason = SuppressionReason.COMPLAINED if returned.kind == BounceKind.COMPLAINT else SuppressionReason.BOUNCED
    said = " ".join(part for part in (returned.status, returned.diagnostic) if part)
    suppression.suppress(row.recipient, reason, said, now=now)
    return True


def _count(email: str, enough: Limit, now: dt.datetime) -> int:
    """Return how many digests to an address came back lately; an administrator who lets it have mail again begins anew."""
    lifted = Suppression.objects.of(email).aggregate(last=Max("lifted_at"))["last"]
    since = max(filter(None, (now - enough.within, lifted)))
    found = Bounce.objects.filter(delivery__recipient__iexact=email, kind__in=enough.kinds, recorded_at__gt=since)
    return found.values("delivery").distinct().count()


def _settle(row: Delivery, now: dt.datetime) -> bool:
    if not is_uncertain(row, now):
        return False
    row.state, row.token, row.lease_until, row.finished_at, row.last_error = DeliveryState.SENT, None, None, now, ""
    row.save(update_fields=["state", "token", "lease_until", "finished_at", "last_error"])
    return True
