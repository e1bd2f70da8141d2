"""Recommendations in the admin: register and amend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from recommendations.actions import recommendation
from recommendations.admin.writing import Desk, VerbForm, slug_of
from recommendations.models import Recommendation
from recommendations.models.event import Subject
from recommendations.rules.lifecycle import Status

if TYPE_CHECKING:
    import datetime as dt

FIELDS = (
    "reference",
    "title_en",
    "title_ru",
    "description_en",
    "description_ru",
    "source",
    "themes",
    "instrument",
    "priority",
    "target_on",
    "parent",
    "visibility",
)


class RecommendationForm(VerbForm):
    """What stewards write about a recommendation."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Recommendation
        fields = FIELDS
        widgets = {"themes": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the version that is shown."""
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else None
        self.fields["themes"].required = False

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Recommendation:
        """Register, or amend what is registered."""
        reference, seen = said.pop("reference", ""), said.pop("seen")
        said["source"], said["themes"] = said["source"].slug, tuple(map(slug_of, said["themes"]))
        said["parent"] = said["parent"].reference if said["parent"] else ""
        if self.instance.pk:
            return recommendation.amend(self.instance.reference, said, actor=self.actor, now=now, seen=seen)
        return recommendation.register(reference, recommendation.Wording(**said), actor=self.actor, now=now)


@admin.register(Recommendation)
class RecommendationDesk(Desk):
    """What is tracked. Statuses, owners and evidence are given on the recommendation's own pages."""

    form = RecommendationForm
    subject = Subject.RECOMMENDATION
    key = "reference"
    fixed = ("reference",)
    fields = (*FIELDS, "seen")
    list_display = ("reference", "title", "status_label", "instrument", "visibility", "page")
    list_display_links = ("reference", "title")
    list_filter = ("status", "instrument", "visibility", "priority", "themes")
    search_fields = ("reference", "title_en", "title_ru")
    autocomplete_fields = ("source", "parent")

    @admin.display(description=_("status"), ordering="status")
    def status_label(self, item: Recommendation) -> str:
        """Say the status in words."""
        return str(Status(item.status).label)

    @admin.display(description=_("page"))
    def page(self, item: Recommendation) -> str:
        """Lead to the recommendation's own page."""
        return format_html('<a href="/recommendations/{}/">{}</a>', item.reference, _("Open"))
