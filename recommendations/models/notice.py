"""What a person is told outside of digests: that they were mentioned, made responsible, touched by what was done to many, or
that their webhook is not called any more.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoticeKind(models.TextChoices):
    """Why somebody is told."""

    MENTIONED = "mentioned", pgettext_lazy("notice", "You were mentioned")
    ASSIGNED = "assigned", pgettext_lazy("notice", "You were made responsible")
    BATCH = "batch", pgettext_lazy("notice", "Several of your items were changed")
    IMPORT = "import", pgettext_lazy("notice", "Your items were changed by an import")
    WEBHOOK = "webhook", pgettext_lazy("notice", "Your webhook was disabled")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Chainable questions about notices."""

    def unseen(self) -> NoticeQuerySet:
        """Keep those not looked at yet."""
        return self.filter(seen_at__isnull=True)


class Notice(models.Model):
    """One thing that one person is told once. `count` is the number of items of a batch or an import that concern them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="+", null=True)
    comment = models.ForeignKey("recommendations.Comment", models.PROTECT, related_name="+", null=True)
    batch = models.ForeignKey("recommendations.Batch", models.PROTECT, related_name="+", null=True)
    importing = models.ForeignKey("recommendations.Import", models.PROTECT, related_name="+", null=True, db_index=False)
    webhook = models.ForeignKey("recommendations.Webhook", models.PROTECT, related_name="+", null=True)
    count = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind"),
            models.CheckConstraint(
                condition=Q(kind="batch", batch__isnull=False)
                | Q(kind="import", importing__isnull=False)
                | Q(kind="webhook", webhook__isnull=False)
                | (~Q(kind__in=["batch", "import", "webhook"]) & Q(recommendation__isnull=False)),
                name="notice_is_about",
            ),
        )
        indexes = (models.Index("person", "made_at", name="notice_of_person"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
