"""What shows that something happened. Never deleted, only retracted with a reason."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.capture import LOST, Outcome, is_lost
from recommendations.rules.lifecycle import EvidenceKind, Exhibit


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Chainable questions about evidence."""

    def standing(self) -> EvidenceQuerySet:
        """Keep what was not retracted."""
        return self.filter(retracted_at__isnull=True)

    def bearing(self) -> EvidenceQuerySet:
        """Keep standing pieces on which the latest rating of either kind rests."""
        reported, verified = (models.OuterRef(f"recommendation__{name}") for name in ("reported", "verified"))
        rests = models.Q(assessment=reported) | models.Q(assessment=verified)
        cited = Evidence.assessments.through.objects.filter(rests, evidence=models.OuterRef("pk"))
        return self.standing().filter(models.Exists(cited))

    def lost(self) -> EvidenceQuerySet:
        """Keep pieces whose link leads nowhere any more."""
        return self.filter(outcome__in=LOST)


class Evidence(models.Model):
    """A link or a file: what it is, who issued it, when it is dated."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="evidence")
    title = models.CharField(_("title"), max_length=300)
    url = models.CharField(_("address"), max_length=2000, blank=True, default="")
    file = models.FileField(_("file"), upload_to="evidence/", blank=True, default="")
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True, default="", db_default="")
    media_type = models.CharField(_("media type"), max_length=100, blank=True, default="", db_default="")
    size = models.PositiveIntegerField(_("size"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    issuer = models.CharField(_("issuer"), max_length=300, blank=True, default="")
    dated_on = models.DateField(_("date of the document"))
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    outcome = models.CharField(
        _("state of the link"), max_length=12, choices=Outcome, default=Outcome.UNCHECKED, db_default="unchecked"
    )
    added_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="evidence")
    added_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)
    retraction_reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ("-dated_on", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind"),
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="evidence_outcome"),
            models.CheckConstraint(
                condition=~models.Q(url="", file=""),
                name="evidence_link_or_file",
                violation_error_message=_("A piece of evidence is a link or a file."),
            ),
            models.CheckConstraint(
                condition=models.Q(retracted_at__isnull=True) | ~models.Q(retraction_reason=""),
                name="evidence_retracted_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_standing(self) -> bool:
        """Whether it was not retracted."""
        return self.retracted_at is None

    @property
    def is_lost(self) -> bool:
        """Whether its link leads nowhere any more."""
        return is_lost(self.outcome)

    def exhibit(self) -> Exhibit:
        """Return what the law wants to know of it."""
        return Exhibit(kind=EvidenceKind(self.kind), dated_on=self.dated_on, is_standing=self.is_standing)
