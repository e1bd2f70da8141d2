"""Register a recommendation; amend what is written of one. For stewards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import recommendation
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import Wording, need_standing
from recommendations.models import Recommendation, Source, Theme
from recommendations.rules import references
from recommendations.rules.access import Visibility
from recommendations.rules.vocabulary import Instrument, Priority
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import DayField, LinesField, SeenForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person

FIRST: Final = "RB-01"


class WordingForm(SeenForm):
    """Everything that a steward writes of a recommendation, but its reference."""

    aliases = {"version": "seen"}

    title_en = forms.CharField(
        label=gettext_lazy("Title in English"),
        help_text=gettext_lazy("In our own words; what the source says is quoted from its text."),
    )
    title_ru = forms.CharField(label=gettext_lazy("Title in Russian"), required=False)
    description_en = LinesField(label=gettext_lazy("Description in English"), required=False)
    description_ru = LinesField(label=gettext_lazy("Description in Russian"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"))
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    instrument = forms.ChoiceField(label=gettext_lazy("Instrument"), choices=Instrument.choices)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices)
    target_on = DayField(
        label=gettext_lazy("Target date"),
        required=False,
        help_text=gettext_lazy("Only if somebody set one. Without it nothing is ever overdue."),
    )
    parent = forms.CharField(
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy(
            "The reference of a larger recommendation, whose status is then computed from its parts."
        ),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What is internal does not exist for visitors."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sources and themes there are."""
        super().__init__(*args, **kwargs)
        sources = Source.objects.order_by("-published_on", "slug")
        self.fields["source"].choices = [("", _("Choose")), *((each.slug, each.title) for each in sources)]  # type: ignore[attr-defined]
        self.fields["themes"].choices = [(each.slug, each.name) for each in Theme.objects.all()]  # type: ignore[attr-defined]

    def amend(self, reference: str, *, actor: Person) -> Recommendation | None:
        """Call the verb with all that is written."""
        return self.attempt(
            lambda said: recommendation.amend(
                reference, _wording(said), actor=actor, now=timezone.now(), seen=said["seen"]
            )
        )


class RegistrationForm(WordingForm):
    """A new recommendation."""

    field_order = ("reference",)

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("Capital letters, a hyphen, a number. It is public, and cannot be changed later."),
    )

    def register(self, *, actor: Person) -> Recommendation | None:
        """Call the verb."""
        return self.attempt(
            lambda said: recommendation.register(
                said["reference"], Wording(**_wording(said)), actor=actor, now=timezone.now()
            )
        )


def _wording(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in recommendation.AMENDABLE if name != "themes"} | {
        "themes": tuple(said["themes"])
    }


def next_free(after: str = "") -> str:
    """Return the first reference that is free behind all of the same letters (of `after`, or of the newest item)."""
    newest = Recommendation.objects.order_by("-created_at", "-id").values_list("reference", flat=True).first()
    letters = (after or newest or FIRST).partition("-")[0]
    same = Recommendation.objects.filter(reference__startswith=f"{letters}-").order_by("-sort_key")
    last = same.values_list("reference", flat=True).first() or f"{letters}-00"
    number = last.partition("-")[2]
    following = f"{letters}-{int(number) + 1:0{len(number)}}"
    return "" if references.check_reference(following) else following


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Add a recommendation to the register."""
    need_steward(person_of(request))
    first = {
        "reference": next_free(),
        "source": request.GET.get("source", ""),
        "instrument": Instrument.OTHER,
        "priority": Priority.NORMAL,
        "visibility": Visibility.PUBLIC,
    }
    form = RegistrationForm(request.POST or None, initial=first)
    if form.is_bound and (made := form.register(actor=person_of(request))):
        messages.success(request, _("%(reference)s is registered.") % {"reference": made.reference})
        return redirect("recommendation", reference=made.reference)
    return render(request, "recommendation/register.html", {"form": form}, status=form.status)


@login_required
def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Change what is written of a recommendation."""
    item = item_at(request, reference)
    need_steward(person_of(request))
    need_standing(item)
    wording = recommendation.wording_of(item)
    first = {name: getattr(wording, name) for name in recommendation.AMENDABLE}
    form = WordingForm(request.POST or None, initial={**first, "seen": item.version})
    if form.is_bound and form.amend(reference, actor=person_of(request)):
        messages.success(request, _("What is written of %(reference)s is changed.") % {"reference": reference})
        return redirect("recommendation", reference=reference)
    return render(request, "recommendation/amend.html", {"item": item, "form": form}, status=form.status)


urlpatterns = [
    path("recommendations/new/", register, name="register"),
    path("recommendations/<str:reference>/amend/", amend, name="amend"),
]
