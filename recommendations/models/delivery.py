"""One digest for one period, on its way."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.subscription import RELATED


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


class DeliveryKind(models.TextChoices):
    """What a letter is: a digest, or the one that asks a visitor to confirm an address."""

    DIGEST = "digest", pgettext_lazy("letter", "Digest")
    CONFIRMATION = "confirmation", pgettext_lazy("letter", "Letter that asks to confirm an address")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Chainable questions about deliveries."""

    def for_reading(self) -> DeliveryQuerySet:
        """Fetch with each its subscription, and what says whose that is and what it is about."""
        return self.select_related("subscription", *(f"subscription__{name}" for name in RELATED))


class Delivery(models.Model):
    """One digest for one subscription and one period [period_start, period_end).

    The period of a letter that asks to confirm an address is the time in which its link counts.
    `slot_at` is when its turn comes at a mail domain that takes only so many a minute; see `MailDomain`.
    `stranded` is how many of its `attempts` ended with a sender that did not come back.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subscription = models.ForeignKey("recommendations.Subscription", models.PROTECT, related_name="deliveries")
    kind = models.CharField(
        max_length=12, choices=DeliveryKind, default=DeliveryKind.DIGEST, db_default=DeliveryKind.DIGEST
    )
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.PLANNED)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stranded = models.SmallIntegerField(default=0, db_default=0)
    slot_at = models.DateTimeField(null=True)
    recipient = models.CharField(max_length=254, blank=True, default="")
    message_id = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    handed_over_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(fields=("subscription", "period_start"), name="delivery_once_per_period"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state"),
            models.CheckConstraint(condition=Q(kind__in=DeliveryKind.values), name="delivery_kind"),
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
            models.Index("planned_at", condition=Q(kind=DeliveryKind.CONFIRMATION), name="delivery_confirmations"),
            models.Index(
                fields=("planned_at",), include=("state", "due_at", "lease_until", "slot_at"), name="delivery_books"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period_start:%Y-%m-%d} {self.state}"
