"""Define what is measured for a recommendation, amend it, record values."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recommendations.actions import indicator
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import need_standing
from recommendations.models import Indicator, Recommendation, Source
from recommendations.models.indicator import Direction
from recommendations.rules.errors import Missing, Problem
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import AmendingForm, DayField, VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Observation


class WordsForm(VerbForm):
    """What is measured, in which unit, and which way is good."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"))
    title_ru = forms.CharField(label=gettext_lazy("Title in Russian"), required=False)
    unit_en = forms.CharField(
        label=gettext_lazy("Unit in English"), required=False, help_text=gettext_lazy("For example: %, people, fairs.")
    )
    unit_ru = forms.CharField(label=gettext_lazy("Unit in Russian"), required=False)
    direction = forms.ChoiceField(
        label=gettext_lazy("Which way is good"),
        widget=forms.RadioSelect,
        choices=Direction.choices,
        initial=Direction.NEITHER,
    )
    baseline = forms.DecimalField(
        label=gettext_lazy("Baseline"), required=False, help_text=gettext_lazy("The value before anything was done.")
    )
    target = forms.DecimalField(
        label=pgettext_lazy("indicator", "Target"),
        required=False,
        help_text=gettext_lazy("Only if the source or the addressee named one."),
    )
    is_context = forms.BooleanField(
        label=gettext_lazy("Describes the surroundings, not what was achieved"), required=False
    )


class DefinitionForm(WordsForm):
    """The same with the name that stays."""

    field_order = ("title_en", "title_ru", "slug")

    slug = forms.CharField(
        label=gettext_lazy("Short name for addresses"),
        help_text=gettext_lazy("Lower-case Latin letters, digits and hyphens. It stays for ever."),
    )


class AmendmentForm(WordsForm, AmendingForm):
    """The same, of an indicator that was seen."""


class ReadingForm(VerbForm):
    """A value for a period, and the source that gives it."""

    period_start = DayField(label=gettext_lazy("First day"))
    period_end = DayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("The same as the first for a single day.")
    )
    value = forms.DecimalField(label=gettext_lazy("Value"))
    value_high = forms.DecimalField(
        label=gettext_lazy("Upper value"), required=False, help_text=gettext_lazy("Where the source gives a range.")
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source"), required=False, help_text=gettext_lazy("The registered document that gives it.")
    )
    note_en = forms.CharField(label=gettext_lazy("Note in English"), required=False)
    note_ru = forms.CharField(label=gettext_lazy("Note in Russian"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sources by title."""
        super().__init__(*args, **kwargs)
        sources = sorted((source.title, source.slug) for source in Source.objects.all())
        self.fields["source"].choices = [("", _("None")), *((slug, title) for title, slug in sources)]  # type: ignore[attr-defined]


@login_required
def define(request: HttpRequest, reference: str) -> HttpResponse:
    """Define an indicator for a recommendation."""
    item, actor = item_at(request, reference), person_of(request)
    need_steward(actor)
    need_standing(item)
    form = DefinitionForm(request.POST or None, initial={"slug": f"{reference.lower()}-{item.indicators.count() + 1}"})

    def verb(said: dict[str, Any]) -> Indicator:
        slug, definition = said.pop("slug"), indicator.Definition(**said, recommendations=(reference,))
        return indicator.define(slug, definition, actor=actor, now=timezone.now())

    if made := form.attempt(verb):
        messages.success(request, _("The indicator “%(title)s” is defined.") % {"title": made.title})
        return redirect("recommendation", reference=reference)
    return render(request, "indicator/define.html", {"item": item, "form": form}, status=form.status)


@login_required
def amend(request: HttpRequest, reference: str, uuid: UUID) -> HttpResponse:
    """Amend the definition of an indicator."""
    item, made, actor = *_indicator_at(request, reference, uuid), person_of(request)
    need_steward(actor)
    definition = indicator.definition_of(made)
    form = AmendmentForm(request.POST or None, initial={**asdict(definition), "seen": made.version})

    def verb(said: dict[str, Any]) -> Indicator:
        seen = said.pop("seen")
        return indicator.amend(made.slug, replace(definition, **said), actor=actor, now=timezone.now(), seen=seen)

    if form.attempt(verb):
        messages.success(request, _("The indicator is amended."))
        return redirect("recommendation", reference=reference)
    return render(request, "indicator/amend.html", {"item": item, "made": made, "form": form}, status=form.status)


@login_required
def observe(request: HttpRequest, reference: str, uuid: UUID) -> HttpResponse:
    """Record a value of an indicator."""
    item, made, actor = *_indicator_at(request, reference, uuid), person_of(request)
    indicator.need_right(actor, made)
    form = ReadingForm(request.POST or None)

    def verb(said: dict[str, Any]) -> Observation:
        return indicator.observe(made.slug, indicator.Reading(**said), actor=actor, now=timezone.now())

    if form.attempt(verb):
        messages.success(request, _("The value is recorded."))
        return redirect("recommendation", reference=reference)
    return render(request, "indicator/observe.html", {"item": item, "made": made, "form": form}, status=form.status)


def _indicator_at(request: HttpRequest, reference: str, uuid: UUID) -> tuple[Recommendation, Indicator]:
    item = item_at(request, reference)
    made = item.indicators.filter(uuid=uuid).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such indicator.")))
    need_standing(item)
    return item, made


urlpatterns = [
    path("recommendations/<str:reference>/indicators/add/", define, name="indicator_define"),
    path("recommendations/<str:reference>/indicators/<uuid:uuid>/amend/", amend, name="indicator_amend"),
    path("recommendations/<str:reference>/indicators/<uuid:uuid>/observe/", observe, name="indicator_observe"),
]
