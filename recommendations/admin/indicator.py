"""Indicators and their values in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

from recommendations.actions import indicator
from recommendations.admin.writing import Desk, VerbForm, slug_of
from recommendations.models import Indicator, Observation
from recommendations.models.event import Subject

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest

FIELDS = (
    "slug",
    "title_en",
    "title_ru",
    "unit_en",
    "unit_ru",
    "direction",
    "is_context",
    "baseline",
    "target",
    "position",
    "recommendations",
)
READING = ("period_start", "period_end", "value", "value_high", "note_en", "note_ru", "source")


class IndicatorForm(VerbForm):
    """What stewards write about an indicator."""

    class Meta:
        model = Indicator
        fields = FIELDS

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Indicator:
        """Define, or amend what is defined."""
        slug = said.pop("slug", "")
        references = sorted(said["recommendations"], key=lambda item: item.sort_key)
        definition = indicator.Definition(**{**said, "recommendations": tuple(i.reference for i in references)})
        if self.instance.pk:
            return indicator.amend(self.instance.slug, definition, actor=self.actor, now=now)
        return indicator.define(slug, definition, actor=self.actor, now=now)


class ObservationForm(VerbForm):
    """A value for a period."""

    class Meta:
        model = Observation
        fields = ("indicator", *READING)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Not every value comes from a source of the register."""
        super().__init__(*args, **kwargs)
        self.fields["source"].required = False

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Observation:
        """Record a value, or correct the one recorded for the period."""
        made = said.pop("indicator", None) or self.instance.indicator
        if not self.instance.pk:
            reading = indicator.Reading(**{**said, "source": slug_of(said["source"])})
            return indicator.observe(made.slug, reading, actor=self.actor, now=now)
        period = {"period_start": self.instance.period_start, "period_end": self.instance.period_end}
        reading = indicator.Reading(**{**said, **period, "source": slug_of(said["source"])})
        return indicator.revise(made.slug, reading, actor=self.actor, now=now)


@admin.register(Indicator)
class IndicatorDesk(Desk):
    """Quantities that are watched."""

    form = IndicatorForm
    subject = Subject.INDICATOR
    fixed = ("slug",)
    fields = FIELDS
    list_display = ("title", "unit", "is_context", "slug")
    list_filter = ("is_context",)
    search_fields = ("title_en", "title_ru", "slug")
    autocomplete_fields = ("recommendations",)


@admin.register(Observation)
class ObservationDesk(Desk):
    """Dated values. A value can be corrected; its period cannot."""

    form = ObservationForm
    fixed = ("indicator", "period_start", "period_end")
    fields = ("indicator", *READING)
    list_display = ("indicator", "period_start", "period_end", "value", "value_high", "source")
    list_filter = ("indicator",)
    list_select_related = ("indicator", "source")
    autocomplete_fields = ("indicator", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Newest periods first."""
        return super().get_queryset(request).order_by("indicator__position", "-period_end", "-id")
