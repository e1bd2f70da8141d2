"""Pages on which a steward makes words of a source a recommendation, or a passage of one; and takes a passage back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import passage, tracking
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import Wording, need_standing
from recommendations.models import Passage, Recommendation
from recommendations.rules.errors import Missing, Problem
from recommendations.web import choosing
from recommendations.web.arrival import item_at, person_of
from recommendations.web.forms import VerbForm
from recommendations.web.registration import next_free
from recommendations.web.wording import NewWordingForm, written

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Source


class PassageForm(VerbForm):
    """Of which recommendation the words become a passage."""

    reference = forms.ChoiceField(label=gettext_lazy("Recommendation"))
    label_en = forms.CharField(
        label=gettext_lazy("Label in English"),
        required=False,
        help_text=gettext_lazy("What this passage is among those of its recommendation, for example: Conclusion."),
    )
    label_ru = forms.CharField(label=gettext_lazy("Label in Russian"), required=False)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        """Offer the source's own recommendations first, then all others."""
        super().__init__(*args, **kwargs)
        items = list(Recommendation.objects.standing().order_by("sort_key"))
        own = [(item.reference, str(item)) for item in items if item.source_id == source.pk]
        others = [(item.reference, str(item)) for item in items if item.source_id != source.pk]
        groups = [(_("Of this source"), own), (_("Of other sources"), others)]
        choices = [("", _("Choose")), *(group for group in groups if group[1])]
        self.fields["reference"].choices = choices  # type: ignore[attr-defined]


class PlainForm(VerbForm):
    """Nothing but a button."""


@login_required
def track(request: HttpRequest, slug: str) -> HttpResponse:
    """Register chosen words as a recommendation."""
    choice = choosing.arrive(request, slug)
    if choice.chosen is None:
        return choosing.choose(request, choice, {"kind": "track"})
    chosen, actor = choice.chosen.selection, person_of(request)
    form = NewWordingForm(request.POST or None, initial={"reference": next_free()})
    made = form.attempt(
        lambda said: tracking.track(
            said["reference"],
            Wording(source=choice.source.slug, **written(said)),
            chosen,
            actor=actor,
            now=timezone.now(),
        )
    )
    if made:
        messages.success(request, _("It is registered, with the passage that says it."))
        return redirect("recommendation", reference=made.recommendation.reference)
    return _page(request, choice, form, "track")


@login_required
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Make chosen words one more passage of a recommendation."""
    choice = choosing.arrive(request, slug)
    if choice.chosen is None:
        return choosing.choose(request, choice, {"kind": "add"})
    chosen, actor, form = (
        choice.chosen.selection,
        person_of(request),
        PassageForm(request.POST or None, source=choice.source),
    )
    made = form.attempt(lambda said: passage.add(source=slug, chosen=chosen, actor=actor, now=timezone.now(), **said))
    if made:
        messages.success(request, _("The passage is added."))
        return redirect("recommendation", reference=made.recommendation.reference)
    return _page(request, choice, form, "add")


@login_required
def place(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say where a passage stands that is lost or was altered."""
    held, actor = _passage_at(request, uuid), person_of(request)
    choice = choosing.arrive(request, held.source.slug, of=held)
    if choice.chosen is None:
        return choosing.choose(request, choice, {"kind": "place", "passage": held})
    chosen, form = choice.chosen.selection, PlainForm(request.POST if request.method == "POST" else None)
    if form.attempt(lambda _said: passage.place_anew(uuid, chosen, actor=actor, now=timezone.now())):
        messages.success(request, _("The passage has its place again."))
        return redirect("recommendation", reference=held.recommendation.reference)
    return _page(request, choice, form, "place", held)


@login_required
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a passage back, once that was confirmed."""
    held, actor = _passage_at(request, uuid), person_of(request)
    need_steward(actor)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if form.attempt(lambda _said: passage.remove(uuid, actor=actor, now=timezone.now())):
        messages.success(request, _("The passage is taken back; history keeps where it stood."))
        return redirect("recommendation", reference=held.recommendation.reference)
    context = {"passage": held, "item": held.recommendation, "form": form}
    return render(request, "tracking/remove.html", context, status=form.status)


def _page(
    request: HttpRequest, choice: choosing.Choice, form: VerbForm, kind: str, held: Passage | None = None
) -> HttpResponse:
    context = {"choice": choice, "chosen": choice.chosen, "source": choice.source, "form": form, "passage": held}
    query = request.GET.urlencode()
    return render(
        request, f"tracking/{kind}.html", {**context, "query": query, "path": request.path}, status=form.status
    )


def _passage_at(request: HttpRequest, uuid: UUID) -> Passage:
    """Return a passage of a standing recommendation. What one may not see is as missing as what does not exist."""
    held = Passage.objects.filter(uuid=uuid).select_related("recommendation", "source").with_place().first()
    if held is None:
        raise Missing(Problem("not_found", _("There is no such passage.")))
    need_standing(item_at(request, held.recommendation.reference))
    return held


urlpatterns = [
    path("sources/<slug:slug>/track/", track, name="track"),
    path("sources/<slug:slug>/track/add/", add, name="passage_add"),
    path("passages/<uuid:uuid>/place/", place, name="passage_place"),
    path("passages/<uuid:uuid>/remove/", remove, name="passage_remove"),
]
