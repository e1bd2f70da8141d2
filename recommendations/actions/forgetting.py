"""Forgetting visitors: wishes that nobody confirmed, addresses of digests that have ended, whom letters asked. No event."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from recommendations.actions.visitor import COUNTED, VALID
from recommendations.models import Asking, Bounce, Delivery, Person, Subscription, Suppression
from recommendations.models.delivery import DeliveryState
from recommendations.models.postal import SuppressionReason

if TYPE_CHECKING:
    from recommendations.models.subscription import SubscriptionQuerySet

KEPT: Final = dt.timedelta(days=30)  # as long is the address of a digest that ended known


class Forgotten(NamedTuple):
    """How many wishes were deleted that nobody confirmed, and of how many digests that ended the address."""

    unconfirmed: int
    ended: int


def forget(now: dt.datetime) -> Forgotten:
    """Delete what nobody confirmed in a week, and empty what ended a month ago. A second time changes nothing."""
    forgotten = Forgotten(_delete_unconfirmed(now), _empty_ended(now))
    _forget_refusals(now)
    Asking.objects.filter(asked_at__lt=now - COUNTED).delete()
    return forgotten


def _delete_unconfirmed(now: dt.datetime) -> int:
    """Delete wishes, their letters and what came back about these; not while a link still counts or a letter is on its way."""
    letters = Delivery.objects.filter(subscription=OuterRef("pk"))
    on_its_way = Q(state__in=(DeliveryState.SENDING, DeliveryState.HANDED_OVER), lease_until__gt=now)
    open_letters = letters.filter(Q(period_end__gt=now) | on_its_way)
    old = _visitors().filter(~Exists(open_letters), confirmed_at=None, created_at__lt=now - VALID)
    with transaction.atomic():
        gone = list(old.select_for_update().values_list("pk", flat=True))
        Bounce.objects.filter(delivery__subscription__in=gone).delete()
        Delivery.objects.filter(subscription__in=gone).delete()
        Subscription.objects.filter(pk__in=gone).delete()
    return len(gone)


def _empty_ended(now: dt.datetime) -> int:
    """Take addresses and texts out of digests that ended; that and when they were sent stays."""
    with transaction.atomic():
        old = _visitors().exclude(email="").filter(ended_at__lt=now - KEPT)
        over = list(old.select_for_update().values_list("pk", flat=True))
        Bounce.objects.filter(delivery__subscription__in=over).update(diagnostic="")
        Delivery.objects.filter(subscription__in=over).update(recipient="", text="", html="", last_error="")
        Subscription.objects.filter(pk__in=over).update(email="", time_zone="")
    return len(over)


def _forget_refusals(now: dt.datetime) -> None:
    """Forget addresses that nobody has any more and that get no mail, or got none; not those that wanted none."""
    unwanted = (SuppressionReason.REFUSED, SuppressionReason.BOUNCED)
    over = Suppression.objects.filter(Q(reason__in=unwanted) | Q(lifted_at__isnull=False), since__lt=now - KEPT)
    in_use = [Exists(model.objects.filter(email__iexact=OuterRef("email"))) for model in (Person, Subscription)]
    over.exclude(in_use[0] | in_use[1]).delete()


def _visitors() -> SubscriptionQuerySet:
    return Subscription.objects.filter(person=None)
