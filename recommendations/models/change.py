"""What differs between two moments, one row for each recommendation that is not as it was: a view (migration asof_changes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.person import role_of
from recommendations.rules import access
from recommendations.rules.access import Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register


class ChangeKind(models.TextChoices):
    """What can differ."""

    NEW = "new", pgettext_lazy("change", "Registered")
    WITHDRAWN = "withdrawn", pgettext_lazy("change", "Withdrawn")
    RESTORED = "restored", pgettext_lazy("change", "Restored")
    REVIEWED = "reviewed", _("Reviewed status")
    REPORTED = "reported", _("Self-reported status")
    RESPONSE = "response", _("Response")
    OWNERS = "owners", _("Owners")
    TARGET = "target", _("Target date")
    WORDING = "wording", _("Wording")
    EVIDENCE_ADDED = "evidence_added", _("Evidence added")
    EVIDENCE_RETRACTED = "evidence_retracted", _("Evidence retracted")
    MILESTONES = "milestones", _("Milestones done")


CONDITIONS: Final = {
    ChangeKind.NEW: Q(is_new=True),
    ChangeKind.WITHDRAWN: Q(is_withdrawn=True),
    ChangeKind.RESTORED: Q(is_restored=True),
    ChangeKind.REVIEWED: ~Q(verified_before=F("verified_after")),
    ChangeKind.REPORTED: ~Q(reported_before=F("reported_after")),
    ChangeKind.RESPONSE: ~Q(answer_before=F("answer_after")),
    ChangeKind.OWNERS: ~Q(owners_before=F("owners_after")),
    ChangeKind.TARGET: Q(is_target_moved=True),
    ChangeKind.WORDING: ~Q(wording=[]),
    ChangeKind.EVIDENCE_ADDED: ~Q(evidence_added=[]),
    ChangeKind.EVIDENCE_RETRACTED: ~Q(evidence_retracted=[]),
    ChangeKind.MILESTONES: ~Q(milestones_done=[]),
}


class ChangeQuerySet(models.QuerySet["Change"]):
    """Chainable questions about changes."""

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> ChangeQuerySet:
        """Keep those of recommendations that the person may know of."""
        if access.may_read_internal(role_of(person)):
            return self
        return self.filter(visibility=Visibility.PUBLIC)

    def of_kind(self, *kinds: ChangeKind) -> ChangeQuerySet:
        """Keep those in which something of these kinds, or of any kind, differs."""
        found = Q(pk__in=[])
        for kind in kinds or ChangeKind:
            found |= CONDITIONS[kind]
        return self.filter(found)


class Change(models.Model):
    """A recommendation at two moments; there is something to read only within `past.as_of(until, since=…)`.

    Statuses, response and owners of a new one are told from nothing on; its wording and target date came with it.
    `owners_…` are lists of {"role", "slug"}, `evidence_…` of {"id", "title"}, `milestones_done` of
    {"id", "title", "done_on"}; `wording` names columns. The assessments are those that made the status what it is.
    """

    reference = models.CharField(max_length=22)
    sort_key = models.CharField(max_length=24)
    title_en = models.CharField(max_length=300)
    title_ru = models.CharField(max_length=300)
    visibility = models.CharField(max_length=8)
    is_new = models.BooleanField()
    is_withdrawn = models.BooleanField()
    is_restored = models.BooleanField()
    status_before = models.CharField(max_length=14)
    status_after = models.CharField(max_length=14)
    reported_before = models.CharField(max_length=14)
    reported_after = models.CharField(max_length=14)
    verified_before = models.CharField(max_length=14)
    verified_after = models.CharField(max_length=14)
    reported = models.ForeignKey("recommendations.Assessment", models.DO_NOTHING, related_name="+", null=True)
    verified = models.ForeignKey("recommendations.Assessment", models.DO_NOTHING, related_name="+", null=True)
    answer_before = models.CharField(max_length=12)
    answer_after = models.CharField(max_length=12)
    target_before = models.DateField(null=True)
    target_after = models.DateField(null=True)
    is_target_moved = models.BooleanField()
    owners_before = models.JSONField()
    owners_after = models.JSONField()
    wording = ArrayField(models.CharField(max_length=20))
    evidence_added = models.JSONField()
    evidence_retracted = models.JSONField()
    milestones_done = models.JSONField()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "recommendations_change"
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self) -> str:
        return self.reference
