"""The same verb on many recommendations at once: what was done, what was refused, and whether it was undone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person


class BatchVerb(models.TextChoices):
    """What can be done to many items at once."""

    ASSESS = "assess", pgettext_lazy("batch", "Update the status")
    AMEND = "amend", pgettext_lazy("batch", "Amend")
    ASSIGN = "assign", pgettext_lazy("batch", "Assign")
    WITHDRAW = "withdraw", pgettext_lazy("batch", "Withdraw")
    FOLLOW = "follow", pgettext_lazy("batch", "Follow")


class BatchQuerySet(models.QuerySet["Batch"]):
    """Chainable questions about batches."""

    def visible_to(self, person: Person | AnonymousUser | None) -> BatchQuerySet:
        """Keep what those who sign in may know of; whom somebody follows is nobody else's business."""
        if not access.may_take_part(role_of(person)):
            return self.none()
        return self.filter(~models.Q(verb=BatchVerb.FOLLOW) | models.Q(actor=getattr(person, "pk", None)))


class Batch(models.Model):
    """One bulk act. `said` are the verb's inputs; `done` is a list of {"reference", "undo"}, where `undo` is what the
    opposite verb needs; `refused` is a list of {"reference", "code", "detail", "field"}.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(_("verb"), max_length=12, choices=BatchVerb)
    actor = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="batches")
    made_at = models.DateTimeField()
    said = models.JSONField(default=dict)
    done = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)
    not_undone = models.JSONField(default=list)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=models.Q(verb__in=BatchVerb.values), name="batch_verb"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.made_at:%Y-%m-%d}"
