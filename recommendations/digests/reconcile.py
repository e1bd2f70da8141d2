"""The books of the post room: every planned digest is somewhere, and what needs a person is listed."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.cache import cache
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from prometheus_client import Gauge

from recommendations.digests import plan
from recommendations.models import MailDomain, Suppression
from recommendations.models.delivery import Delivery, DeliveryState
from recommendations.models.postal import Bounce
from recommendations.rules import access
from relations.health import Unhealthy

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from recommendations.models import Person

UNCERTAIN: Final = "uncertain"  # no state of its own: handed over, and nobody waits for the answer any more
_BOOKS: Final = "recommendations.digests.books"
_COUNTED: Final = dt.timedelta(days=35)
"""What was planned longer ago than the longest period lasts is counted only where it is still open."""
_COUNT: Final = """
SELECT count(*),
       count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'empty'),
       count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'suppressed'),
       count(*) FILTER (WHERE state = 'skipped_late'),
       count(*) FILTER (WHERE state = 'handed_over' AND lease_until < clock_timestamp()),
       count(*) FILTER (WHERE state IN ('planned', 'sending')
                           OR (state = 'handed_over' AND lease_until >= clock_timestamp())),
       count(*) FILTER (WHERE state IN ('planned', 'sending') AND planned_at < clock_timestamp() - interval '1 hour'
                          AND (slot_at IS NULL OR slot_at < clock_timestamp())
                          AND due_at < clock_timestamp() + interval '2 minutes'),
       coalesce(extract(epoch FROM clock_timestamp()
                - min(planned_at) FILTER (WHERE state IN ('planned', 'sending'))), 0)::int,
       (SELECT count(*) FROM recommendations_suppression WHERE lifted_at IS NULL),
       (SELECT count(*) FROM recommendations_maildomain WHERE held_until > clock_timestamp())
  FROM (SELECT state, planned_at, due_at, lease_until, slot_at FROM recommendations_delivery
         WHERE planned_at >= statement_timestamp() - %(counted)s
         UNION ALL
        SELECT state, planned_at, due_at, lease_until, slot_at FROM recommendations_delivery
         WHERE planned_at < statement_timestamp() - %(counted)s AND state IN ('planned', 'sending', 'handed_over')) counted
"""

STATES = Gauge("relations_digests", "Digests in each state", ["state"], multiprocess_mode="mostrecent")
_STATES: Final = ("sent", "empty", "failed", "suppressed", "skipped", "uncertain", "under_way")
_GAUGES: Final = {
    name: Gauge(f"relations_{full}", said, multiprocess_mode="mostrecent")
    for name, full, said in (
        ("planned", "digests_planned", "Digests planned in the last 35 days, and older ones that are still open"),
        ("unplanned", "digests_unplanned", "Digests that are due for over an hour and were not planned"),
        ("late", "digests_late", "Digests that are under way for over an hour and wait for nobody but us"),
        ("oldest", "digests_oldest_seconds", "For how long the first digest waits that is under way"),
        ("suppressed_addresses", "suppressed_addresses", "Addresses that get no digest any more"),
        ("held_domains", "held_mail_domains", "Mail domains that asked us to wait"),
    )
}


@dataclass(frozen=True, slots=True)
class Books:
    """How many digests of the last 35 days there are (and older ones that are still open), and how many of them are where.

    `late` ones are under way for over an hour, but for those whose turn at their domain or whose next try is to come; `oldest`
    is for how many seconds the first one waits. Besides: addresses that get none, domains that asked us to wait, and what is
    due for over an hour and in no row.
    """

    planned: int
    sent: int
    empty: int
    failed: int
    suppressed: int
    skipped: int
    uncertain: int
    under_way: int
    late: int
    oldest: int
    suppressed_addresses: int
    held_domains: int
    unplanned: int

    @property
    def is_balanced(self) -> bool:
        """Whether planned = sent + empty + failed + suppressed + skipped + uncertain + under way."""
        places = (self.sent, self.empty, self.failed, self.suppressed, self.skipped, self.uncertain, self.under_way)
        return self.planned == sum(places)


def books() -> Books:
    """Count, in five statements."""
    parameters: dict[str, Any] = {"counted": _COUNTED}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, parameters)
        return Books(*(*cursor.fetchone(), plan.unplanned()))


def uncertain() -> QuerySet[Delivery]:
    """Return those that may have arrived or not: handed over, and never confirmed."""
    return _listed().filter(state=DeliveryState.HANDED_OVER, lease_until__lt=Now())


def failed() -> QuerySet[Delivery]:
    """Return those that could not be sent."""
    return _listed().filter(state=DeliveryState.FAILED)


def returned() -> QuerySet[Bounce]:
    """Return what came back, newest first."""
    related = ("delivery", *(f"delivery__subscription{name}" for name in ("", "__person")))
    return Bounce.objects.select_related(*related).order_by("-recorded_at", "-id")


def found(state: str = "", domain: str = "", address: str = "") -> QuerySet[Delivery]:
    """Return those in a state, to a mail domain, to an address with these letters in it; "" means any."""
    rows = uncertain() if state == UNCERTAIN else _listed().filter(state=state) if state else _listed()
    for lookup, wanted in (("iendswith", domain and f"@{domain}"), ("icontains", address)):
        if wanted:
            columns = ("recipient", "subscription__email", "subscription__person__email")
            rows = rows.filter(reduce(or_, (Q(**{f"{column}__{lookup}": wanted}) for column in columns)))
    return rows


def suppressed(address: str = "") -> QuerySet[Suppression]:
    """Return the addresses that get no digest, newest first; only those with these letters in it."""
    return Suppression.objects.standing().filter(email__icontains=address)


def suppression_of(person: Person) -> Suppression | None:
    """Return why a person's address gets no digest, if it gets none."""
    return Suppression.objects.standing().of(person.email).first()


def held() -> QuerySet[MailDomain]:
    """Return the mail domains that asked us to wait, the longest first."""
    return MailDomain.objects.filter(held_until__gt=Now()).order_by("-held_until")


def readable_by(person: Person) -> QuerySet[Delivery]:
    """Return what a person may read word for word: their own; administrators also that of others."""
    rows = _listed()
    return rows if access.may_administer(person.role) else rows.filter(subscription__person=person)


def of(person: Person) -> QuerySet[Delivery]:
    """Return a person's own digests, newest first, without those that nobody was to get."""
    late = (DeliveryState.SKIPPED_LATE, DeliveryState.SUPPRESSED)
    return _listed().filter(subscription__person=person).exclude(state__in=late).order_by("-period_end", "-id")


def digests() -> str:
    """Say in /health/ready where the digests are, counted at most once a minute.

    Mail that waits is no reason to turn readers away.
    """
    found = cast("Books", cache.get_or_set(_BOOKS, books, 60))
    if not found.is_balanced:
        raise Unhealthy(f"the books of the digests do not balance: {asdict(found)}")
    return ", ".join(f"{name} {count}" for name, count in asdict(found).items())


def figures() -> None:
    """Set what /metrics tells of it."""
    counted = asdict(books())
    for name, gauge in _GAUGES.items():
        gauge.set(counted[name])
    for state in _STATES:
        STATES.labels(state=state).set(counted[state])


def _listed() -> QuerySet[Delivery]:
    """Return all, newest first; `can_go_again` is whether `send_again` takes one."""
    again = Q(state=DeliveryState.FAILED) | Q(state=DeliveryState.HANDED_OVER, lease_until__lt=Now())
    return Delivery.objects.for_reading().annotate(can_go_again=again).order_by("-planned_at", "-id")
