"""What a person is told outside of digests: that they were mentioned, made responsible, touched by what was done to many,
that an owner says an item is not theirs, that they get a digest from now on, or that their webhook is not called any more.
"""

from __future__ import annotations

import uuid
from typing import Final

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
    DISOWNED = "disowned", pgettext_lazy("notice", "An owner says that it is not theirs")
    DIGEST = "digest", pgettext_lazy("notice", "You get a digest from now on")


# What has to be there to say a notice in words.
RELATED: Final = (
    "recommendation",
    "comment__author",
    "batch__actor",
    "importing__person",
    "webhook",
    "subscription",
    "reply__person",
)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Chainable questions about notices."""

    def unseen(self) -> NoticeQuerySet:
        """Keep those not looked at yet."""
        return self.filter(seen_at__isnull=True)

    def for_reading(self) -> NoticeQuerySet:
        """Fetch with each what it is about, and whose doing it was."""
        return self.select_related(*RELATED)


class Notice(models.Model):
    """One thing that one person is told once, on the site and in one mail at most: that of `delivery`, in which it is, or was to
    be before they had seen it. `count` is the number of items of a batch or an import that concern them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=NoticeKind)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="+", null=True)
    comment = models.ForeignKey("recommendations.Comment", models.PROTECT, related_name="+", null=True)
    batch = models.ForeignKey("recommendations.Batch", models.PROTECT, related_name="+", null=True)
    importing = models.ForeignKey("recommendations.Import", models.PROTECT, related_name="+", null=True, db_index=False)
    webhook = models.ForeignKey("recommendations.Webhook", models.PROTECT, related_name="+", null=True)
    subscription = models.ForeignKey("recommendations.Subscription", models.PROTECT, related_name="+", null=True)
    reply = models.ForeignKey("recommendations.Reply", models.PROTECT, related_name="+", null=True, db_index=False)
    delivery = models.ForeignKey(
        "recommendations.Delivery", models.PROTECT, related_name="notices", null=True, db_index=False
    )
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
                | Q(kind="digest", subscription__isnull=False)
                | (~Q(kind__in=["batch", "import", "webhook", "digest"]) & Q(recommendation__isnull=False)),
                name="notice_is_about",
            ),
        )
        indexes = (
            models.Index("person", "made_at", name="notice_of_person"),
            models.Index("person", condition=Q(seen_at=None, delivery=None), name="notice_to_mail"),
            models.Index("delivery", condition=Q(delivery__isnull=False), name="notice_of_delivery"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
