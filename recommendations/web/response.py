"""Record what an addressee answered to a recommendation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import response
from recommendations.actions.recommendation import need_standing
from recommendations.models.assignment import AssignmentRole
from recommendations.rules.vocabulary import Answer
from recommendations.web.arrival import item_at, person_of, today
from recommendations.web.evidence import piece_choices
from recommendations.web.forms import DayField, LinesField, VerbForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Organization, Recommendation, Response


class ResponseForm(VerbForm):
    """Who answered what, when, and where one can see it."""

    organization = forms.ChoiceField(label=gettext_lazy("Who answered"))
    answer = forms.ChoiceField(
        label=gettext_lazy("Response"),
        widget=forms.RadioSelect,
        choices=Answer.choices,
        help_text=gettext_lazy("What was rejected stays in the register: some of it is carried out all the same."),
    )
    responded_on = DayField(label=gettext_lazy("Date"))
    statement = LinesField(
        label=gettext_lazy("Statement"),
        required=False,
        help_text=gettext_lazy("What the addressee said, in a few sentences."),
    )
    evidence = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Evidence that this rests on"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, item: Recommendation, bodies: list[Organization], **kwargs: Any) -> None:
        """Offer for whom the actor may answer, and the standing pieces of the item."""
        super().__init__(*args, **kwargs)
        choices = [(body.slug, body.name) for body in bodies]
        self.fields["organization"].choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]  # type: ignore[attr-defined]
        pieces = piece_choices(list(item.evidence.standing()))
        self.fields["evidence"].choices = pieces  # type: ignore[attr-defined]
        if not pieces:
            del self.fields["evidence"]


@login_required
def respond(request: HttpRequest, reference: str) -> HttpResponse:
    """Record an answer; the earlier ones stay."""
    item, actor = item_at(request, reference), person_of(request)
    response.need_right(actor, item)
    need_standing(item)
    first = {"responded_on": today(request), "organization": _addressee(item)}
    form = ResponseForm(request.POST or None, initial=first, item=item, bodies=response.bodies_of(actor, item))

    def verb(said: dict[str, Any]) -> Response:
        draft = response.Draft(**{**said, "evidence": tuple(said.get("evidence", ()))})
        return response.respond(reference, draft, actor=actor, now=timezone.now())

    if form.attempt(verb):
        messages.success(request, _("The response is recorded."), extra_tags=f"{reference}.response")  # see drafts.js
        return redirect("recommendation", reference=reference)
    before = item.responses.select_related("organization")
    said = {"item": item, "form": form, "before": before, "draft": f"{reference}.response"}
    return render(request, "response/respond.html", said, status=form.status)


def _addressee(item: Recommendation) -> str:
    """Return the slug of the lead, or "": who is most likely to have answered."""
    leading = item.assignments.standing().filter(role=AssignmentRole.LEAD).select_related("organization").first()
    return leading.organization.slug if leading else ""


urlpatterns = [path("recommendations/<str:reference>/respond/", respond, name="respond")]
