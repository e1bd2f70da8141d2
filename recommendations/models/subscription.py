"""Who wants a digest, and each digest for each period."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.person import Language
from recommendations.rules.periods import Cadence, Rhythm, zone_of


class Scope(models.TextChoices):
    """What a digest is about."""

    EVERYTHING = "everything", _("Everything I may see")
    OWNED = "owned", _("What I am responsible for")
    FOLLOWED = "followed", _("What I follow")
    THEME = "theme", _("A theme")
    SOURCE = "source", _("A source")
    ORGANIZATION = "organization", _("An organization")


class Weekday(models.IntegerChoices):
    """Days of the week as ISO 8601 and Python count them: Monday is 0."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Chainable questions about subscriptions."""

    def active(self) -> SubscriptionQuerySet:
        """Keep those that want mail now, of people who may still sign in."""
        return self.filter(ended_at__isnull=True, paused_at__isnull=True, person__is_active=True)


class Subscription(models.Model):
    """A wish for a digest. Weekday counts for weekly ones; a monthly one comes on the first of the month.

    `restarted_at` is when it was last resumed or got another rhythm: a period that ended before is not made up for.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="subscriptions")
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence, default=Cadence.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    scope = models.CharField(_("about"), max_length=12, choices=Scope, default=Scope.EVERYTHING)
    theme = models.ForeignKey("recommendations.Theme", models.PROTECT, related_name="+", null=True, blank=True)
    source = models.ForeignKey("recommendations.Source", models.PROTECT, related_name="+", null=True, blank=True)
    organization = models.ForeignKey(
        "recommendations.Organization", models.PROTECT, related_name="+", null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    created_at = models.DateTimeField()
    restarted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="subscription_cadence"),
            models.CheckConstraint(condition=Q(weekday__lte=6, hour__lte=23), name="subscription_when"),
            models.CheckConstraint(
                condition=(
                    Q(
                        scope__in=(Scope.EVERYTHING, Scope.OWNED, Scope.FOLLOWED),
                        theme=None,
                        source=None,
                        organization=None,
                    )
                    | (Q(scope=Scope.THEME) & Q(theme__isnull=False, source=None, organization=None))
                    | (Q(scope=Scope.SOURCE) & Q(theme=None, source__isnull=False, organization=None))
                    | (Q(scope=Scope.ORGANIZATION) & Q(theme=None, source=None, organization__isnull=False))
                ),
                name="subscription_scope",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.cadence} {self.scope}"

    @property
    def rhythm(self) -> Rhythm:
        """When its digests are due."""
        return Rhythm(self.cadence, self.weekday, self.hour, zone_of(self.person.time_zone))


class DeliveryState(models.TextChoices):
    """Where a digest is on its way; see the docs on digests for the protocol."""

    PLANNED = "planned", pgettext_lazy("digest", "Planned")
    SENDING = "sending", pgettext_lazy("digest", "Being sent")
    HANDED_OVER = "handed_over", pgettext_lazy("digest", "Handed over, not confirmed")
    SENT = "sent", pgettext_lazy("digest", "Sent")
    EMPTY = "empty", pgettext_lazy("digest", "Nothing to say")
    FAILED = "failed", pgettext_lazy("digest", "Failed")
    SUPPRESSED = "suppressed", pgettext_lazy("digest", "Not wanted any more")
    SKIPPED_LATE = "skipped_late", pgettext_lazy("digest", "Skipped, too late")


class Delivery(models.Model):
    """One digest for one subscription and one period [period_start, period_end)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.PLANNED)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    recipient = models.CharField(max_length=254, blank=True, default="")
    message_id = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    handed_over_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    objects: models.Manager[Delivery]

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(fields=("subscription", "period_start"), name="delivery_once_per_period"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state"),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="delivery_period"),
            models.CheckConstraint(
                condition=Q(token__isnull=False, lease_until__isnull=False)
                | ~Q(state__in=(DeliveryState.SENDING, DeliveryState.HANDED_OVER)),
                name="delivery_claimed_has_lease",
            ),
        )
        indexes = (
            models.Index(
                "due_at",
                "id",
                condition=Q(state__in=(DeliveryState.PLANNED, DeliveryState.SENDING, DeliveryState.HANDED_OVER)),
                name="delivery_to_do",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start:%Y-%m-%d} {self.state}"
