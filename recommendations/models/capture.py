"""What a cited link said each time it was read, and when to read it again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.rules.capture import Outcome


class Capture(models.Model):
    """One reading of a link: outcome, final address, and the stored copy with its hash. Never changed.

    `content` and `text` are empty where nothing was kept; `detail` says in a word why a reading failed (`timeout`,
    `dns`, `too_large`, …). `size` is in bytes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey("recommendations.Evidence", models.PROTECT, related_name="captures")
    captured_at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    detail = models.CharField(max_length=60, blank=True, default="")
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    final_url = models.CharField(_("final address"), max_length=2000, blank=True, default="")
    media_type = models.CharField(_("media type"), max_length=100, blank=True, default="")
    size = models.PositiveIntegerField(_("size"), null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content = models.FileField(_("stored copy"), upload_to="captures/", max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")

    objects: models.Manager[Capture]

    class Meta:
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        ordering = ("-captured_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=[o for o in Outcome.values if o != Outcome.UNCHECKED]), name="capture_outcome"
            ),
        )
        indexes = (models.Index("evidence", "captured_at", name="capture_of_evidence"),)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.captured_at:%Y-%m-%d})"


class Watch(models.Model):
    """When a link is to be read next. Work to do, no part of the register: it has no history."""

    evidence = models.OneToOneField("recommendations.Evidence", models.PROTECT, related_name="watch")
    host = models.CharField(max_length=255)
    due_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    objects: models.Manager[Watch]

    class Meta:
        indexes = (models.Index("due_at", "id", name="watch_by_due"), models.Index("host", name="watch_by_host"))

    def __str__(self) -> str:
        return f"{self.host} {self.due_at:%Y-%m-%d}"


class Turn(models.Model):
    """When a host may be asked again: each is asked by one worker at a time, once in ten seconds. No history either."""

    host = models.CharField(max_length=255, unique=True)
    free_at = models.DateTimeField()

    objects: models.Manager[Turn]

    def __str__(self) -> str:
        return f"{self.host} {self.free_at:%H:%M:%S}"
