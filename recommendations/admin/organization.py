"""Organizations in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from recommendations.actions import organization
from recommendations.admin.writing import Desk, VerbForm, slug_of
from recommendations.models import Organization
from recommendations.models.event import Subject

if TYPE_CHECKING:
    import datetime as dt

FIELDS = ("slug", "name_en", "name_ru", "short_name_en", "short_name_ru", "kind", "parent")


class OrganizationForm(VerbForm):
    """What stewards write about an organization."""

    class Meta:
        model = Organization
        fields = FIELDS

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Organization:
        """Register, or amend what is registered."""
        slug = said.pop("slug", "")
        particulars = organization.Particulars(**{**said, "parent": slug_of(said["parent"])})
        if self.instance.pk:
            return organization.amend(self.instance.slug, particulars, actor=self.actor, now=now)
        return organization.register(slug, particulars, actor=self.actor, now=now)


@admin.register(Organization)
class OrganizationDesk(Desk):
    """Institutions, with their people and what they answer for on the pages of the register."""

    form = OrganizationForm
    subject = Subject.ORGANIZATION
    fixed = ("slug",)
    fields = FIELDS
    list_display = ("name", "kind", "slug")
    list_filter = ("kind",)
    search_fields = ("name_en", "name_ru", "short_name_en", "short_name_ru", "slug")
    ordering = ("sort_en",)
    autocomplete_fields = ("parent",)
