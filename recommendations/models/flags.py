"""The computed flags as conditions of a query: the same law as rules/calendar.py, asked of any list."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Case, DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from recommendations.models.evidence import Evidence
from recommendations.models.pace import Pace
from recommendations.rules import calendar
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import CLOSED, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

_ONE_IS_MISSING: Final = Q(reported_status=Status.NOT_ASSESSED) | Q(verified_status=Status.NOT_ASSESSED)
DISAGREEMENT: Final = ~_ONE_IS_MISSING & ~Q(reported_status=F("verified_status"))


def delivery(values: Iterable[Delivery], today: dt.date) -> Q:
    """Place items as `calendar.delivery` does."""
    soon = today + dt.timedelta(days=calendar.DUE_SOON_DAYS)
    done, dated = Q(status=Status.IMPLEMENTED), Q(target_on__isnull=False)
    running = dated & ~Q(status__in=(Status.IMPLEMENTED, Status.OVERTAKEN))
    places = {
        Delivery.DONE: done,
        Delivery.NO_TARGET: ~done & ~dated,
        Delivery.OVERDUE: running & Q(target_on__lt=today),
        Delivery.DUE_SOON: running & Q(target_on__gte=today, target_on__lte=soon),
        Delivery.NOT_DUE: (running & Q(target_on__gt=soon)) | (dated & Q(status=Status.OVERTAKEN)),
    }
    return _any_of(places[value] for value in values)


def freshness(values: Iterable[Freshness], today: dt.date) -> Q:
    """Place items as `calendar.freshness` does."""
    fresh_from, ageing_from = (_back(today, days - 1) for days in (calendar.FRESH_DAYS, calendar.AGEING_DAYS))
    places = {
        Freshness.NEVER: Q(assessed_on__isnull=True),
        Freshness.FRESH: Q(assessed_on__gte=fresh_from),
        Freshness.AGEING: Q(assessed_on__lt=fresh_from, assessed_on__gte=ageing_from),
        Freshness.STALE: Q(assessed_on__lt=ageing_from),
    }
    return _any_of(places[value] for value in values)


def placed(today: dt.date) -> dict[str, Case]:
    """Return delivery and freshness of each item as columns."""
    on_time = (When(delivery([value], today), then=Value(value.value)) for value in Delivery)
    looked_at = (When(freshness([value], today), then=Value(value.value)) for value in Freshness)
    return {"delivery": Case(*on_time), "freshness": Case(*looked_at)}


def stalled(today: dt.date) -> Q:
    """Find the silent ones as `calendar.Silence.is_stalled` does: heard of before the pace's days up to midnight UTC."""
    midnight = Value(dt.datetime.combine(today, dt.time.min, dt.UTC), DateTimeField())
    silence = ExpressionWrapper(
        midnight - Coalesce(OuterRef("heard_at"), OuterRef("created_at")), output_field=DurationField()
    )
    slower = Pace.objects.filter(
        instrument=OuterRef("instrument"), gaps__gte=calendar.GAPS_NEEDED, ninth_decile__lt=silence
    )
    return Q(Exists(slower), ~Q(status__in=CLOSED), withdrawn_at__isnull=True, elements=0)


def lost_evidence() -> Q:
    """Find those of which a rating rests on a link that leads nowhere any more."""
    return Q(Exists(Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk"))))


def _back(day: dt.date, days: int) -> dt.date:
    """Go back so many days, to the first one that there is at most."""
    return dt.date.fromordinal(max(day.toordinal() - days, 1))


def _any_of(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
