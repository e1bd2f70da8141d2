"""Sources in the admin. Their texts are read in on the source's page or by `read_source`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.shortcuts import redirect

from recommendations.actions import source
from recommendations.admin.writing import Desk, VerbForm
from recommendations.models import Source
from recommendations.models.event import Subject

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponseRedirect

FIELDS = (
    "slug",
    "title_en",
    "title_ru",
    "authors",
    "publisher",
    "published_on",
    "published_precision",
    "language",
    "url",
    "rights_note_en",
    "rights_note_ru",
)


class SourceForm(VerbForm):
    """What stewards write about a source."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Source
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the version that is shown."""
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version if self.instance.pk else None

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Source:
        """Register, or amend what is registered."""
        slug, seen = said.pop("slug", ""), said.pop("seen")
        if self.instance.pk:
            return source.amend(self.instance.slug, source.Description(**said), actor=self.actor, now=now, seen=seen)
        return source.register(slug, source.Description(**said), actor=self.actor, now=now)


@admin.register(Source)
class SourceDesk(Desk):
    """Documents that recommend."""

    form = SourceForm
    subject = Subject.SOURCE
    fixed = ("slug",)
    fields = (*FIELDS, "seen")
    list_display = ("title", "published", "language", "slug")
    search_fields = ("title_en", "title_ru", "authors", "slug")
    ordering = ("slug",)

    def response_post_save_add(self, request: HttpRequest, obj: Source) -> HttpResponseRedirect:
        """Go on where its text is read in."""
        return redirect("source", obj.slug)
