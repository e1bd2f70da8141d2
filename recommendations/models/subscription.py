"""Who wants a digest, about what, and when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from recommendations.models.person import Language
from recommendations.rules.periods import Cadence, Rhythm, zone_of

if TYPE_CHECKING:
    import zoneinfo


class Scope(models.TextChoices):
    """What a digest is about."""

    EVERYTHING = "everything", _("Everything I may see")
    OWNED = "owned", _("What I am responsible for")
    FOLLOWED = "followed", _("What I follow")
    THEME = "theme", _("A theme")
    SOURCE = "source", _("A source")
    ORGANIZATION = "organization", _("An organization")
    SAVED_VIEW = "saved_view", _("A saved view")
    NOTICES = "notices", _("What concerns me personally, at most hourly")


class Weekday(models.IntegerChoices):
    """Days of the week as ISO 8601 and Python count them: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


# What has to be there to say whose a digest is and what it is about.
RELATED: Final = ("person__organization", "theme", "source", "organization", "saved_view")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Chainable questions about subscriptions."""

    def active(self) -> SubscriptionQuerySet:
        """Keep those that want mail now: of people who may still sign in, and of visitors who confirmed their address."""
        wanted = Q(person__is_active=True) | Q(person__isnull=True, confirmed_at__isnull=False)
        return self.filter(wanted, ended_at__isnull=True, paused_at__isnull=True)

    def for_reading(self) -> SubscriptionQuerySet:
        """Fetch with each what says whose it is and what it is about."""
        return self.select_related(*RELATED)


def _about_one_thing() -> Q:
    """Return that the subject fits the scope; a saved view may be gone once the digest has ended."""
    nothing: dict[str, Any] = {"theme": None, "source": None, "organization": None, "saved_view": None}
    plain = Q(scope__in=(Scope.EVERYTHING, Scope.OWNED, Scope.FOLLOWED, Scope.NOTICES), **nothing)
    without = Q(scope=Scope.SAVED_VIEW, ended_at__isnull=False, **nothing)
    found = plain | without
    for scope in (Scope.THEME, Scope.SOURCE, Scope.ORGANIZATION, Scope.SAVED_VIEW):
        others = {name: None for name in nothing if name != scope.value}
        found |= Q(scope=scope, **{f"{scope.value}__isnull": False}, **others)
    return found


class Subscription(models.Model):
    """A wish for a digest. Weekday counts for weekly ones; a monthly one comes on the first of the month.

    It is a person's, or a visitor's: then it has an address and a time zone of its own, and nothing is sent before the
    address is confirmed. `restarted_at` is when it was last resumed or got another rhythm: a period that ended before is
    not made up for. Links to answer by that were made before `answers_from` are worth nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="subscriptions", null=True)
    email = models.EmailField(_("e-mail address"), blank=True, default="", db_default="")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence, default=Cadence.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    scope = models.CharField(_("about"), max_length=12, choices=Scope, default=Scope.EVERYTHING)
    theme = models.ForeignKey("recommendations.Theme", models.PROTECT, related_name="+", null=True, blank=True)
    source = models.ForeignKey("recommendations.Source", models.PROTECT, related_name="+", null=True, blank=True)
    organization = models.ForeignKey(
        "recommendations.Organization", models.PROTECT, related_name="+", null=True, blank=True
    )
    saved_view = models.ForeignKey(
        "recommendations.SavedView", models.SET_NULL, related_name="subscriptions", null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    restarted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answers_from = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="subscription_cadence"),
            models.CheckConstraint(condition=Q(weekday__lte=6, hour__lte=23), name="subscription_when"),
            models.CheckConstraint(condition=_about_one_thing(), name="subscription_scope"),
            models.CheckConstraint(
                condition=Q(cadence=Cadence.HOURLY, scope=Scope.NOTICES)
                | (~Q(cadence=Cadence.HOURLY) & ~Q(scope=Scope.NOTICES)),
                name="subscription_hourly",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, email="", time_zone="", confirmed_at=None)
                | (Q(person=None) & ~Q(email="") & ~Q(time_zone=""))
                | Q(person=None, email="", ended_at__isnull=False),
                name="subscription_reader",
            ),
            models.UniqueConstraint(
                "person", condition=Q(scope=Scope.NOTICES, ended_at=None), name="subscription_notices_once"
            ),
        )

        indexes = (
            models.Index(Upper("email"), condition=Q(person=None) & ~Q(email=""), name="subscription_of_visitors"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.cadence} {self.scope}".strip()

    @property
    def address(self) -> str:
        """Where its digests go."""
        return self.person.email if self.person else self.email

    @property
    def name(self) -> str:
        """Who gets its digests; of visitors no name is known."""
        return self.person.name if self.person else ""

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The reader's time zone."""
        return zone_of(self.person.time_zone if self.person else self.time_zone)

    @property
    def rhythm(self) -> Rhythm:
        """When its digests are due."""
        return Rhythm(self.cadence, self.weekday, self.hour, self.zone)
