"""Deliverables on the way."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules import calendar

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.rules.calendar import MilestoneState


class Milestone(models.Model):
    """A deliverable with a due date and, once delivered, a date done."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="milestones")
    title = models.CharField(_("title"), max_length=300)
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.TextField(blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    objects: models.Manager[Milestone]

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True) | ~models.Q(cancellation_reason=""),
                name="milestone_cancelled_with_reason",
            ),
        )
        ordering = (models.F("due_on").asc(nulls_last=True), "id")

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_on is None and self.cancelled_at is None

    def state(self, today: dt.date) -> MilestoneState:
        """Where it stands on that day."""
        return calendar.milestone_state(
            self.due_on, self.done_on, is_cancelled=self.cancelled_at is not None, today=today
        )
