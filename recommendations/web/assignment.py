"""Assign who is responsible for a recommendation; release them. For stewards."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import assignment
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import need_standing
from recommendations.models import Assignment, Organization, Person
from recommendations.models.assignment import AssignmentRole
from recommendations.models.translated import reader_language
from recommendations.rules.errors import Missing, Problem, Unlawful
from recommendations.web.arrival import item_at, person_of, today
from recommendations.web.forms import DayField, VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


class AssignmentForm(VerbForm):
    """Who is responsible, in which role, since when."""

    organization = forms.ChoiceField(label=gettext_lazy("Organization"))
    person = forms.ChoiceField(
        label=gettext_lazy("Person"),
        required=False,
        help_text=gettext_lazy("Somebody of this organization, when it is known who. It can stay open."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=forms.RadioSelect,
        choices=AssignmentRole.choices,
        initial=AssignmentRole.LEAD,
        help_text=gettext_lazy("One organization leads; others support it or validate what it reports."),
    )
    since = DayField(label=gettext_lazy("Since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the organizations by name, and their people."""
        super().__init__(*args, **kwargs)
        bodies = Organization.objects.by_name()
        self.fields["organization"].choices = [("", _("Choose")), *((body.slug, body.name) for body in bodies)]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("Nobody in particular")), *_people_by_organization()]  # type: ignore[attr-defined]


class ReleaseForm(VerbForm):
    """The last day of an assignment."""

    until = DayField(label=gettext_lazy("Last day"))


def _people_by_organization() -> list[tuple[str, list[tuple[str, str]]]]:
    sort = f"organization__sort_{reader_language()}"
    people = Person.objects.filter(is_active=True, organization__isnull=False).select_related("organization")
    grouped = groupby(people.order_by(sort, "organization_id", "name", "id"), key=lambda person: person.organization)
    return [(str(body), [(str(person.uuid), person.name) for person in those]) for body, those in grouped]


@login_required
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Show who is responsible, and add somebody."""
    item, actor = item_at(request, reference), person_of(request)
    need_steward(actor)
    need_standing(item)
    form = AssignmentForm(request.POST or None, initial={"since": today(request)})

    def verb(said: dict[str, Any]) -> Assignment:
        said["person"] = said["person"] or None
        return assignment.assign(reference, said.pop("organization"), actor=actor, now=timezone.now(), **said)

    if made := form.attempt(verb):
        text = _("%(organization)s is now responsible for %(reference)s.")
        messages.success(request, text % {"organization": made.organization.name, "reference": reference})
        return redirect("assign", reference=reference)
    standing = item.assignments.standing().select_related("organization", "person")
    said = {"item": item, "form": form, "standing": standing}
    return render(request, "assignment/assign.html", said, status=form.status)


@login_required
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End an assignment."""
    made, actor = _assignment_at(request, uuid), person_of(request)
    need_steward(actor)
    if made.until is not None and request.method == "GET":
        raise Unlawful(Problem("already_released", _("This assignment was released before.")))
    form = ReleaseForm(request.POST or None, initial={"until": today(request)})
    if form.attempt(lambda said: assignment.release(uuid, said["until"], actor=actor, now=timezone.now())):
        text = _("%(organization)s is no longer responsible for %(reference)s.")
        names = {"organization": made.organization.name, "reference": made.recommendation.reference}
        messages.success(request, text % names)
        return redirect("assign", reference=made.recommendation.reference)
    said = {"item": made.recommendation, "made": made, "form": form}
    return render(request, "assignment/release.html", said, status=form.status)


def _assignment_at(request: HttpRequest, uuid: UUID) -> Assignment:
    made = Assignment.objects.filter(uuid=uuid).select_related("recommendation", "organization", "person").first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such assignment.")))
    item_at(request, made.recommendation.reference)
    return made


urlpatterns = [
    path("recommendations/<str:reference>/assign/", assign, name="assign"),
    path("assignments/<uuid:uuid>/release/", release, name="release"),
]
