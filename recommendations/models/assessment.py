"""Status updates: what an owner reports, what a reviewer found."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.lifecycle import Blocker, Kind, Status


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Chainable questions about assessments."""

    def latest_first(self) -> AssessmentQuerySet:
        """Sort by the date they speak of, then by when they were recorded."""
        return self.order_by("-as_of", "-id")

    def standing(self) -> AssessmentQuerySet:
        """Keep what was not retracted."""
        return self.filter(retracted_at__isnull=True)


class Assessment(models.Model):
    """How far a recommendation is implemented, who says so, as of what day, on what evidence. Only ever retracted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="assessments")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    value = models.CharField(_("status"), max_length=14, choices=Status)
    as_of = models.DateField(_("as of"))
    narrative = models.TextField(_("narrative"), blank=True, default="")
    next_step = models.TextField(_("next step"), blank=True, default="")
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    blockers = ArrayField(
        models.CharField(max_length=24, choices=Blocker), verbose_name=_("blockers"), default=list, blank=True
    )
    evidence = models.ManyToManyField("recommendations.Evidence", related_name="assessments")
    author = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="assessments")
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)
    retraction_reason = models.TextField(blank=True, default="", db_default="")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="assessment_kind"),
            models.CheckConstraint(
                condition=models.Q(value__in=[s for s in Status.values if s != Status.NOT_ASSESSED]),
                name="assessment_value",
            ),
            models.CheckConstraint(
                condition=models.Q(retracted_at__isnull=True) | ~models.Q(retraction_reason=""),
                name="assessment_retracted_with_reason",
            ),
        )
        indexes = (
            models.Index(
                "recommendation", "kind", models.F("as_of").desc(), models.F("id").desc(), name="assessment_latest"
            ),
            models.Index("recorded_at", "id", name="assessment_by_record"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_value_display()} ({self.as_of})"

    @property
    def is_standing(self) -> bool:
        """Whether it was not retracted."""
        return self.retracted_at is None
