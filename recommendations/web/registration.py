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
from recommendations.models import Recommendation, Source
from recommendations.rules import references
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import AmendingForm
from recommendations.web.wording import NewWordingForm, WordingForm, written

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person

FIRST: Final = "RB-01"


class SourcedForm(WordingForm, AmendingForm):
    """Everything that a steward writes of a recommendation, but its reference."""

    source = forms.ChoiceField(label=gettext_lazy("Source"))
    parent = forms.CharField(
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy(
            "The reference of a larger recommendation, whose status is then computed from its parts."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the sources that there are."""
        super().__init__(*args, **kwargs)
        sources = Source.objects.order_by("-published_on", "slug")
        self.fields["source"].choices = [("", _("Choose")), *((each.slug, each.title) for each in sources)]  # type: ignore[attr-defined]

    def amend(self, reference: str, *, actor: Person) -> Recommendation | None:
        """Call the verb with all that is written."""
        return self.attempt(
            lambda said: recommendation.amend(
                reference, written(said), actor=actor, now=timezone.now(), seen=said["seen"]
            )
        )


class RegistrationForm(NewWordingForm, SourcedForm):
    """A new recommendation."""

    field_order = ("reference",)

    def register(self, *, actor: Person) -> Recommendation | None:
        """Call the verb."""
        return self.attempt(
            lambda said: recommendation.register(
                said["reference"], Wording(**written(said)), actor=actor, now=timezone.now()
            )
        )


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
    first = {"reference": next_free(), "source": request.GET.get("source", "")}
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
    form = SourcedForm(request.POST or None, initial={**first, "seen": item.version})
    if form.is_bound and form.amend(reference, actor=person_of(request)):
        messages.success(request, _("What is written of %(reference)s is changed.") % {"reference": reference})
        return redirect("recommendation", reference=reference)
    return render(request, "recommendation/amend.html", {"item": item, "form": form}, status=form.status)


urlpatterns = [
    path("recommendations/new/", register, name="register"),
    path("recommendations/<str:reference>/amend/", amend, name="amend"),
]
