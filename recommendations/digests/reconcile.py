"""The books of the post room: every planned digest is somewhere, and what needs a person is listed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, cast

from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now

from recommendations.models.subscription import Delivery, DeliveryState
from recommendations.rules import access
from relations.health import Unhealthy

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from recommendations.models import Person

_BOOKS: Final = "recommendations.digests.books"
_COUNT: Final = """
SELECT count(*),
       count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'empty'),
       count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'suppressed'),
       count(*) FILTER (WHERE state = 'skipped_late'),
       count(*) FILTER (WHERE state = 'handed_over' AND lease_until < clock_timestamp()),
       count(*) FILTER (WHERE state IN ('planned', 'sending')
                           OR (state = 'handed_over' AND lease_until >= clock_timestamp())),
       count(*) FILTER (WHERE state IN ('planned', 'sending') AND planned_at < clock_timestamp() - interval '1 hour')
  FROM recommendations_delivery
"""


@dataclass(frozen=True, slots=True)
class Books:
    """How many digests there are, and how many of them are where. `late` ones are under way for over an hour."""

    planned: int
    sent: int
    empty: int
    failed: int
    suppressed: int
    skipped: int
    uncertain: int
    under_way: int
    late: int

    @property
    def is_balanced(self) -> bool:
        """Whether planned = sent + empty + failed + suppressed + skipped + uncertain + under way."""
        places = (self.sent, self.empty, self.failed, self.suppressed, self.skipped, self.uncertain, self.under_way)
        return self.planned == sum(places)


def books() -> Books:
    """Count."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return Books(*cursor.fetchone())


def uncertain() -> QuerySet[Delivery]:
    """Return those that may have arrived or not: handed over, and never confirmed."""
    return _listed().filter(state=DeliveryState.HANDED_OVER, lease_until__lt=Now())


def failed() -> QuerySet[Delivery]:
    """Return those that could not be sent."""
    return _listed().filter(state=DeliveryState.FAILED)


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


def _listed() -> QuerySet[Delivery]:
    return Delivery.objects.select_related(
        "subscription__person", "subscription__theme", "subscription__source", "subscription__organization"
    ).order_by("-planned_at", "-id")
