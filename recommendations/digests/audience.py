"""Who reads a digest, and which part of the register it is about for them."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef

from recommendations.digests.question import SAID, Terms
from recommendations.models import Assignment, Follow, Recommendation
from recommendations.models.person import role_of
from recommendations.models.subscription import Scope
from recommendations.rules import access, calendar, query
from recommendations.rules.errors import Invalid
from recommendations.rules.periods import Period
from recommendations.rules.selection import Selection

if TYPE_CHECKING:
    import zoneinfo
    from collections.abc import Hashable
    from uuid import UUID

    from recommendations.models import Delivery, Person, Subscription
    from recommendations.models.recommendation import RecommendationQuerySet


class Horizon(NamedTuple):
    """The days that a digest speaks of, in the reader's zone: (first, last] has ended, (last, next] is to come."""

    today: dt.date
    first: dt.date
    last: dt.date
    next: dt.date


@dataclass(frozen=True)
class Reader:
    """One digest to be written: for whom, about what, for which period, seen from which moment."""

    subscription: Subscription
    period: Period
    now: dt.datetime
    delivery: UUID | None = None  # None: nothing that is sent, so nothing to answer

    @classmethod
    def of(cls, row: Delivery, now: dt.datetime) -> Reader:
        """Return the reader of a planned digest."""
        return cls(row.subscription, Period(row.period_start, row.period_end), now, row.uuid)

    @property
    def person(self) -> Person | None:
        """Who gets it; None is a visitor."""
        return self.subscription.person

    @cached_property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The reader's time zone."""
        return self.subscription.zone

    @cached_property
    def role(self) -> str:
        """What the reader may see goes by it."""
        return role_of(self.person)

    @cached_property
    def horizon(self) -> Horizon:
        """The days of the period and of the one to come."""
        start, end = self.period.start.astimezone(self.zone), self.period.end.astimezone(self.zone)
        return Horizon(self.now.astimezone(self.zone).date(), start.date(), end.date(), (end + (end - start)).date())

    @cached_property
    def shape(self) -> Hashable:
        """What decides which queries are asked; for readers for whom it is equal they differ in their `terms` only."""
        asked = (self.view, self.horizon.today) if self.view else None
        role = self.role
        return self.subscription.scope, asked, access.may_read_internal(role), access.may_administer(role)

    @cached_property
    def view(self) -> Selection | None:
        """What the saved view of such a digest selects, whatever its order; nothing of one that is gone or cannot be read."""
        found = self.subscription.saved_view if self.subscription.scope == Scope.SAVED_VIEW else None
        with suppress(Invalid):
            return replace(query.read(found.query), ordering=Selection().ordering) if found else None
        return None

    @property
    def is_of_notices(self) -> bool:
        """Whether it is no digest of the register, but what one was told: see waiting.py."""
        return self.subscription.scope == Scope.NOTICES

    @property
    def is_shared(self) -> bool:
        """Whether many readers may get the same."""
        return not self._is_of_person

    @property
    def _is_of_person(self) -> bool:
        """Whether what the digest is about depends on who reads it, not only on what readers like them may see."""
        asks_for_me = self.view is not None and (self.view.owner_me or self.view.follower_me)
        return asks_for_me or self.subscription.scope in {Scope.OWNED, Scope.FOLLOWED}

    def terms(self, depends: tuple[str, ...], *, own: bool = False) -> Terms:
        """Return what the answer to a question depends on: these terms, what the digest is about, and with `own` whose it is."""
        s, days, age = self.subscription, self.horizon, dt.timedelta(days=calendar.AGEING_DAYS)
        said = {
            "start": self.period.start,
            "end": self.period.end,
            "first": days.first,
            "next": days.next,
            "silent_from": days.first - age,
            "silent_until": days.last - age,
        }
        whose = {}
        if self.person and (own or self._is_of_person):
            whose = {"person": self.person.pk, "organization": self.person.organization_id}
        subject = s.theme_id or s.source_id or s.organization_id
        return Terms(subject=subject, **whose, **{name: said[name] for name in depends})

    def items(self) -> RecommendationQuerySet:
        """Return the part of the register that the digest is about, as far as the reader may know of it, in terms of `SAID`."""
        seen, s = Recommendation.objects.visible_to(self.person), self.subscription
        if s.scope == Scope.OWNED:
            return seen.filter(owned()) if self.person else seen.none()
        if s.scope == Scope.FOLLOWED:
            return seen.filter(followed()) if self.person else seen.none()
        if s.scope == Scope.THEME:
            tagged = Recommendation.themes.through.objects.filter(theme=SAID.subject)
            return seen.filter(pk__in=tagged.values("recommendation_id"))
        if s.scope == Scope.SOURCE:
            return seen.filter(source=SAID.subject)
        if s.scope == Scope.ORGANIZATION:
            given = Assignment.objects.standing().filter(organization=SAID.subject)
            return seen.filter(pk__in=given.values("recommendation_id"))
        return self._viewed(seen) if s.scope == Scope.SAVED_VIEW else seen

    def _viewed(self, seen: RecommendationQuerySet) -> RecommendationQuerySet:
        """Keep what the list shows under the filters of the reader's view; "mine" is said by terms, so that readers share it."""
        if self.view is None:
            return seen.none()
        plain = replace(self.view, owner_me=False, follower_me=False)
        found = seen.selected(plain, person=self.person, today=self.horizon.today)
        found = found.filter(owned()) if self.view.owner_me else found
        return found.filter(followed()) if self.view.follower_me else found


def owned() -> Exists:
    """Say that an item is assigned to the reader or the reader's organization."""
    mine = Assignment.objects.standing().given_to(SAID.person, SAID.organization)
    return Exists(mine.filter(recommendation=OuterRef("pk")))


def followed() -> Exists:
    """Say that the reader follows an item."""
    return Exists(Follow.objects.filter(recommendation=OuterRef("pk"), person=SAID.person))
