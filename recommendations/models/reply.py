"""What an owner answered to a digest, by the link beside an item."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReplyKind(models.TextChoices):
    """The four things that one can say by a link."""

    ON_TRACK = "on_track", pgettext_lazy("reply", "Still on track")
    CHANGED = "changed", pgettext_lazy("reply", "Something changed")
    BLOCKED = "blocked", pgettext_lazy("reply", "Blocked")
    NOT_MINE = "not_mine", pgettext_lazy("reply", "Not mine")


class Reply(models.Model):
    """One answer to one item of one digest; that there is one makes the link worthless. Each but `not_mine` made a
    self-assessment; `note` says why it is not theirs.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delivery = models.ForeignKey("recommendations.Delivery", models.PROTECT, related_name="replies")
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="+")
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ReplyKind)
    assessment = models.ForeignKey("recommendations.Assessment", models.PROTECT, related_name="+", null=True)
    note = models.TextField(blank=True, default="", db_default="")
    answered_at = models.DateTimeField()

    objects: models.Manager[Reply]

    class Meta:
        verbose_name = _("answer by mail")
        verbose_name_plural = _("answers by mail")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=ReplyKind.NOT_MINE, assessment=None)
                | (
                    Q(kind__in=(ReplyKind.ON_TRACK, ReplyKind.CHANGED, ReplyKind.BLOCKED)) & Q(assessment__isnull=False)
                ),
                name="reply_makes_an_assessment",
            ),
            models.UniqueConstraint(fields=("delivery", "recommendation"), name="reply_once"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.kind}"
