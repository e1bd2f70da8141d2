"""Who reads a digest, and which part of the register it is about for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from recommendations.models import Recommendation
from recommendations.models.subscription import Scope
from recommendations.rules.periods import Period, zone_of

if TYPE_CHECKING:
    import datetime as dt
    import zoneinfo
    from collections.abc import Hashable

    from recommendations.models import Delivery, Person, Subscription
    from recommendations.models.recommendation import RecommendationQuerySet


class Horizon(NamedTuple):
    """The days that a digest speaks of, in the reader's zone: (first, last] has ended, (last, next] is to come."""

    today: dt.date
    first: dt.date
    last: dt.date
    next: dt.date


@dataclass(frozen=True, slots=True)
class Reader:
    """One digest to be written: for whom, about what, for which period, seen from which moment."""

    subscription: Subscription
    period: Period
    now: dt.datetime

    @classmethod
    def of(cls, row: Delivery, now: dt.datetime) -> Reader:
        """Return the reader of a planned digest."""
        return cls(row.subscription, Period(row.period_start, row.period_end), now)

    @property
    def person(self) -> Person:
        """Who gets it."""
        return self.subscription.person

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The reader's time zone."""
        return zone_of(self.person.time_zone)

    @property
    def horizon(self) -> Horizon:
        """The days of the period and of the one to come."""
        start, end = self.period.start.astimezone(self.zone), self.period.end.astimezone(self.zone)
        return Horizon(self.now.astimezone(self.zone).date(), start.date(), end.date(), (end + (end - start)).date())

    @property
    def about(self) -> tuple[Hashable, ...]:
        """What decides the content besides the person's own duties: readers for whom it is equal share queries."""
        s = self.subscription
        own = s.person_id if s.scope in {Scope.OWNED, Scope.FOLLOWED} else None
        return (s.scope, s.theme_id, s.source_id, s.organization_id, own, s.person.role, self.period, self.horizon)

    def items(self) -> RecommendationQuerySet:
        """Return the part of the register that the digest is about, as far as the reader may know of it."""
        seen, s = Recommendation.objects.visible_to(self.person), self.subscription
        if s.scope == Scope.OWNED:
            return seen.owned_by(self.person)
        if s.scope == Scope.FOLLOWED:
            return seen.followed_by(self.person)
        if s.scope == Scope.THEME:
            tagged = Recommendation.themes.through.objects.filter(theme=s.theme)
            return seen.filter(pk__in=tagged.values("recommendation_id"))
        if s.scope == Scope.SOURCE:
            return seen.filter(source=s.source)
        return seen.assigned_to(s.organization.slug) if s.organization else seen
