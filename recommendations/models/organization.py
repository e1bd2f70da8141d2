"""Institutions: those a recommendation is addressed to, and those people belong to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.translated import reader_language, translated


class OrganizationKind(models.TextChoices):
    """What an institution is."""

    GOVERNMENT = "government", _("Government")
    UNION_BODY = "union_body", _("Union body")
    COURT = "court", _("Court")
    UNIVERSITY = "university", _("University")
    BUSINESS = "business", pgettext_lazy("kind of organization", "Business")
    THINK_TANK = "think_tank", _("Think tank")
    MEDIA = "media", _("Media")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    OTHER = "other", pgettext_lazy("kind of organization", "Other")


DEMONSTRATION = "demo-"  # how the short names of all organizations begin that `seed_demo` makes


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Chainable questions about organizations."""

    def of_demonstration(self) -> OrganizationQuerySet:
        """Keep those that are invented: where there is one, so are statuses and evidence."""
        return self.filter(slug__startswith=DEMONSTRATION)

    def by_name(self) -> OrganizationQuerySet:
        """Sort by name in the reader's language."""
        return self.order_by(f"sort_{reader_language()}", "id")


class Organization(models.Model):
    """An institution, named in each language."""

    slug = models.CharField(_("short name for addresses"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=300)
    name_ru = models.CharField(_("name in Russian"), max_length=300, blank=True, default="")
    short_name_en = models.CharField(_("short name in English"), max_length=60, blank=True, default="")
    short_name_ru = models.CharField(_("short name in Russian"), max_length=60, blank=True, default="")
    sort_en = models.CharField(max_length=400, editable=False)
    sort_ru = models.CharField(max_length=400, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind, default=OrganizationKind.OTHER)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("parent"), related_name="children", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = (
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="organization_not_own_parent"),
            models.CheckConstraint(condition=models.Q(kind__in=OrganizationKind.values), name="organization_kind"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return translated(self, "name")

    @property
    def short_name(self) -> str:
        """The short name in the reader's language, or the name."""
        return translated(self, "short_name") or self.name
