"""What is known of addresses that mail goes to: which get none any more or were asked, what came back, how fast domains take it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SuppressionReason(models.TextChoices):
    """Why an address gets no mail any more."""

    REFUSED = "refused", pgettext_lazy("suppression", "Its server refused the last ones for good")
    BOUNCED = "bounced", pgettext_lazy("suppression", "Mail to it came back")
    COMPLAINED = "complained", pgettext_lazy("suppression", "Its reader reported our mail as unwanted")
    BY_HAND = "by_hand", pgettext_lazy("suppression", "An administrator decided so")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Chainable questions about suppressions."""

    def standing(self) -> SuppressionQuerySet:
        """Keep those that hold."""
        return self.filter(lifted_at__isnull=True)

    def of(self, email: str) -> SuppressionQuerySet:
        """Keep those of an address, however it is spelled."""
        return self.alias(lower=Lower("email")).filter(lower=Lower(Value(email)))


class Suppression(models.Model):
    """An address that gets no digest until somebody lifts this; what was planned for it is not sent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.CharField(_("e-mail address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason)
    detail = models.CharField(_("what was said"), max_length=300, blank=True, default="")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(reason__in=SuppressionReason.values), name="suppression_reason"),
            models.UniqueConstraint(Lower("email"), condition=Q(lifted_at=None), name="suppression_stands_once"),
        )

    def __str__(self) -> str:
        return f"{self.uuid} {self.reason}"


class Asking(models.Model):
    """That a letter asked a mailbox whether a digest is its owner's wish: of the mailbox a fingerprint is known, no address.

    `asked_at` is when the letter was to leave. It is confirmed once the wish is that it asked about.
    """

    mailbox = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    is_confirmed = models.BooleanField(default=False)

    objects: models.Manager[Asking]

    class Meta:
        verbose_name = _("letter that asked a mailbox")
        verbose_name_plural = _("letters that asked a mailbox")
        indexes = (models.Index(fields=("mailbox", "asked_at"), name="asking_of_mailbox"),)

    def __str__(self) -> str:
        return f"{self.mailbox[:8]} {self.asked_at:%Y-%m-%d}"


class BounceKind(models.TextChoices):
    """What a message that came back tells."""

    HARD = "hard", pgettext_lazy("bounce", "Cannot be delivered")
    SOFT = "soft", pgettext_lazy("bounce", "Could not be delivered for now")
    DELAYED = "delayed", pgettext_lazy("bounce", "Still being tried")
    COMPLAINT = "complaint", pgettext_lazy("bounce", "Reported as unwanted")


class Bounce(models.Model):
    """A message that came back about one digest. `status` is the code of RFC 3463, as 5.1.1; the same bytes count once."""

    delivery = models.ForeignKey("recommendations.Delivery", models.PROTECT, related_name="bounces")
    kind = models.CharField(max_length=10, choices=BounceKind)
    status = models.CharField(max_length=16, blank=True, default="")
    diagnostic = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64, unique=True)
    recorded_at = models.DateTimeField()

    objects: models.Manager[Bounce]

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(kind__in=BounceKind.values), name="bounce_kind"),)

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.kind} {self.status}"


class MailDomain(models.Model):
    """When a domain with a pace takes the next message, and until when it asked us to wait."""

    name = models.CharField(max_length=255, unique=True)
    free_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    objects: models.Manager[MailDomain]

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.name
