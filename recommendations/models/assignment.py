"""Who is responsible for a recommendation, since when, until when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from recommendations.models.person import Person


class AssignmentRole(models.TextChoices):
    """What an organization has to do with a recommendation."""

    LEAD = "lead", pgettext_lazy("assignment", "Lead")
    SUPPORTING = "supporting", pgettext_lazy("assignment", "Supporting")
    VALIDATING = "validating", pgettext_lazy("assignment", "Validating")


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Chainable questions about assignments."""

    def standing(self) -> AssignmentQuerySet:
        """Keep those not released."""
        return self.filter(until__isnull=True)

    def of(self, person: Person) -> AssignmentQuerySet:
        """Keep those given to the person or to the person's organization."""
        return self.given_to(person.pk, person.organization_id)

    def given_to(self, person: Any, organization: Any) -> AssignmentQuerySet:
        """Keep those given to the person or to the organization with these numbers, or with what expressions say; an
        organization of None is nobody's.
        """
        mine = models.Q(person=person)
        if organization is not None:
            mine |= models.Q(organization=organization)
        return self.filter(mine)


class Assignment(models.Model):
    """An organization and, when known, a person responsible for a recommendation."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="assignments")
    organization = models.ForeignKey("recommendations.Organization", models.PROTECT, related_name="assignments")
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="assignments", null=True)
    role = models.CharField(max_length=10, choices=AssignmentRole)
    since = models.DateField()
    until = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("recommendation", "organization", "role"),
                condition=models.Q(until__isnull=True),
                name="assignment_once",
            ),
            models.UniqueConstraint(
                fields=("recommendation",),
                condition=models.Q(until__isnull=True, role=AssignmentRole.LEAD),
                name="assignment_one_lead",
            ),
            models.CheckConstraint(condition=models.Q(role__in=AssignmentRole.values), name="assignment_role"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="assignment_until_after_since",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} ({self.role})"
