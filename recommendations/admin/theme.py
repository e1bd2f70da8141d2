"""Themes in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from recommendations.actions import theme
from recommendations.admin.writing import Desk, VerbForm
from recommendations.models import Theme
from recommendations.models.event import Subject

if TYPE_CHECKING:
    import datetime as dt

FIELDS = ("slug", "name_en", "name_ru", "position")


class ThemeForm(VerbForm):
    """What stewards write about a theme."""

    class Meta:
        model = Theme
        fields = FIELDS

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Theme:
        """Register, or amend what is registered."""
        slug = said.pop("slug", "")
        if self.instance.pk:
            return theme.amend(self.instance.slug, theme.Naming(**said), actor=self.actor, now=now)
        return theme.register(slug, theme.Naming(**said), actor=self.actor, now=now)


@admin.register(Theme)
class ThemeDesk(Desk):
    """Policy areas, in the order in which they are shown."""

    form = ThemeForm
    subject = Subject.THEME
    fixed = ("slug",)
    fields = FIELDS
    list_display = ("name", "slug", "position")
