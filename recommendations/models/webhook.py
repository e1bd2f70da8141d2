"""Whom to call when something happens in the register, and each call."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WebhookState(models.TextChoices):
    """How a webhook fares."""

    ACTIVE = "active", pgettext_lazy("webhook", "Active")
    PAUSED = "paused", pgettext_lazy("webhook", "Paused")
    FAILING = "failing", pgettext_lazy("webhook", "Failing")
    DISABLED = "disabled", pgettext_lazy("webhook", "Disabled after repeated failure")


class Webhook(models.Model):
    """An address that is told of events that its person may see; `verbs` empty means all.

    `secret` is sealed (actions/sealing.py); `old_secret` is the one before, which signs too until `old_secret_until`.
    `failing_since` is when the calls in a row that failed began. `busy_until` is when the next call may leave: one goes
    at a time, so that whoever answers slowly is waited for by their own calls only.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="webhooks")
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=2000)
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    verbs = ArrayField(models.CharField(max_length=24), verbose_name=_("events"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=WebhookState, default=WebhookState.ACTIVE)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: models.Manager[Webhook]

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(state__in=WebhookState.values), name="webhook_state"),)

    def __str__(self) -> str:
        return self.name


class CallState(models.TextChoices):
    """Where a call is on its way."""

    PLANNED = "planned", pgettext_lazy("call", "Planned")
    SENDING = "sending", pgettext_lazy("call", "Being sent")
    SENT = "sent", pgettext_lazy("call", "Accepted")
    FAILED = "failed", pgettext_lazy("call", "Given up")
    DROPPED = "dropped", pgettext_lazy("call", "Not wanted any more")


class Call(models.Model):
    """One event for one webhook, or (without event) a test. `uuid` is the message's id, the same at each attempt.

    `status` is the HTTP status of the last attempt, `last_error` a word for why there was none.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="calls")
    event = models.ForeignKey("recommendations.Event", models.PROTECT, related_name="+", null=True)
    state = models.CharField(_("state"), max_length=8, choices=CallState, default=CallState.PLANNED)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=60, blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    objects: models.Manager[Call]

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("webhook", "event"), name="call_once_for_event"),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state"),
            models.CheckConstraint(
                condition=~Q(state=CallState.SENDING) | Q(token__isnull=False, lease_until__isnull=False),
                name="call_claimed_has_lease",
            ),
        )
        indexes = (
            models.Index(
                "due_at", "id", condition=Q(state__in=(CallState.PLANNED, CallState.SENDING)), name="call_to_do"
            ),
            models.Index(
                "webhook",
                "due_at",
                "id",
                condition=Q(state__in=(CallState.PLANNED, CallState.SENDING)),
                name="call_next",
            ),
            models.Index("finished_at", condition=Q(finished_at__isnull=False), name="call_done"),
        )

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"
