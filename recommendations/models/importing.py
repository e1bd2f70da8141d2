"""Tables that come in: the file, what it would do row by row, and what was done."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.person import Language, role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register


class ImportState(models.TextChoices):
    """Where an import is on its way. `planned` and its like wait for a worker."""

    PLANNED = "planned", pgettext_lazy("import", "Waiting to be read")
    READING = "reading", pgettext_lazy("import", "Being read")
    READ = "read", pgettext_lazy("import", "Read; nothing is changed yet")
    REFUSED = "refused", pgettext_lazy("import", "Cannot be read")
    TO_APPLY = "to_apply", pgettext_lazy("import", "Waiting to be applied")
    APPLYING = "applying", pgettext_lazy("import", "Being applied")
    APPLIED = "applied", pgettext_lazy("import", "Applied")
    TO_UNDO = "to_undo", pgettext_lazy("import", "Waiting to be undone")
    UNDOING = "undoing", pgettext_lazy("import", "Being undone")
    UNDONE = "undone", pgettext_lazy("import", "Undone")


class RowOutcome(models.TextChoices):
    """What a row of a file would do."""

    CREATE = "create", pgettext_lazy("row", "New")
    UPDATE = "update", pgettext_lazy("row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")
    CONFLICT = "conflict", pgettext_lazy("row", "Somebody was faster")
    ERROR = "error", pgettext_lazy("row", "Error")


class ImportQuerySet(models.QuerySet["Import"]):
    """Chainable questions about imports."""

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> ImportQuerySet:
        """Keep what somebody may know of: stewards see all, others what they sent when they were stewards."""
        if access.may_keep_register(role_of(person)):
            return self
        return self.filter(person=getattr(person, "pk", None))


class Import(models.Model):
    """One file. `file` is where the storage keeps it, which the sender's `file_name` has no say in.

    `counts` is how many rows have each outcome; `problems` is a list of {"row", "column", "code", "detail"} about the
    file as a whole; with `only_good` rows in conflict or error are left aside; `done` of `total` rows are behind in what is going on now.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="imports")
    file_name = models.CharField(_("file"), max_length=255)
    form = models.CharField(max_length=8, blank=True, default="")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="imports/", max_length=200, blank=True, default="")
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    state = models.CharField(_("state"), max_length=8, choices=ImportState, default=ImportState.PLANNED)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    only_good = models.BooleanField(default=False, db_default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state"),)
        indexes = (
            models.Index(
                "made_at",
                condition=Q(state__in=("planned", "reading", "to_apply", "applying", "to_undo", "undoing")),
                name="import_to_do",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.made_at:%Y-%m-%d})"


class ImportRow(models.Model):
    """A row of a file, by its number there. `said` are the values read; `changes` maps columns to [before, after].

    `version` is that of the recommendation that the row was compared with, `undo` what it takes to go back, and
    `problems` a list of {"column", "code", "detail"}.
    """

    importing = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=22, blank=True, default="")
    outcome = models.CharField(max_length=9, choices=RowOutcome)
    said = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    version = models.PositiveIntegerField(null=True)
    undo = models.JSONField(null=True)

    objects: models.Manager[ImportRow]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("importing", "number"), name="import_row_number"),
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="import_row_outcome"),
        )
        indexes = (models.Index("importing", "outcome", "number", name="import_row_by_outcome"),)

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
