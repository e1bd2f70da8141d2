"""Set milestones of a recommendation, amend them, finish or cancel them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import milestone
from recommendations.actions.recommendation import need_standing
from recommendations.models import Milestone
from recommendations.rules.errors import Missing, Problem
from recommendations.web.arrival import item_at, person_of, today
from recommendations.web.forms import AmendingForm, DayField, LinesField, VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


class PlanForm(VerbForm):
    """A deliverable and its day."""

    title = forms.CharField(
        label=gettext_lazy("Milestone"), help_text=gettext_lazy("What will be there then, that was not there before.")
    )
    due_on = DayField(
        label=gettext_lazy("Due"),
        required=False,
        help_text=gettext_lazy("Only if somebody named a day. Without one it is never late."),
    )


class AmendmentForm(PlanForm, AmendingForm):
    """The same, of a milestone that was seen."""

    field_order = ("title", "due_on")


class FinishForm(VerbForm):
    """The day on which it was delivered."""

    done_on = DayField(label=gettext_lazy("Done"), help_text=gettext_lazy("Today or an earlier day."))


class CancellationForm(VerbForm):
    """Why it will not be delivered."""

    reason = LinesField(label=gettext_lazy("Reason"), help_text=gettext_lazy("Readers see it beside the milestone."))


@login_required
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Set a milestone."""
    item, actor = item_at(request, reference), person_of(request)
    milestone.need_right(actor, item)
    need_standing(item)
    form = PlanForm(request.POST or None)
    if form.attempt(lambda said: milestone.plan(reference, milestone.Plan(**said), actor=actor, now=timezone.now())):
        messages.success(request, _("The milestone is set."))
        return redirect("recommendation", reference=reference)
    return render(request, "milestone/plan.html", {"item": item, "form": form}, status=form.status)


@login_required
def amend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the title or the due date of an open milestone."""
    made, actor = _milestone_at(request, uuid), person_of(request)
    first = {"title": made.title, "due_on": made.due_on, "seen": made.version}
    form = AmendmentForm(request.POST or None, initial=first)
    if form.attempt(
        lambda said: milestone.amend(made.uuid, said, seen=said.pop("seen"), actor=actor, now=timezone.now())
    ):
        return _told(request, made, _("The milestone is amended."))
    return _shown(request, "milestone/amend.html", made, form)


@login_required
def finish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that it was delivered."""
    made, actor = _milestone_at(request, uuid), person_of(request)
    form = FinishForm(request.POST or None, initial={"done_on": today(request)})
    if form.attempt(lambda said: milestone.finish(made.uuid, said["done_on"], actor=actor, now=timezone.now())):
        return _told(request, made, _("The milestone is finished."))
    return _shown(request, "milestone/finish.html", made, form)


@login_required
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say that it will not be delivered."""
    made, actor = _milestone_at(request, uuid), person_of(request)
    form = CancellationForm(request.POST or None)
    if form.attempt(lambda said: milestone.cancel(made.uuid, said["reason"], actor=actor, now=timezone.now())):
        return _told(request, made, _("The milestone is cancelled; it stays readable with your reason."))
    return _shown(request, "milestone/cancel.html", made, form)


def _milestone_at(request: HttpRequest, uuid: UUID) -> Milestone:
    made = Milestone.objects.filter(uuid=uuid).select_related("recommendation").first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such milestone.")))
    item = item_at(request, made.recommendation.reference)
    milestone.need_right(person_of(request), item)
    need_standing(item)
    if request.method == "GET":
        milestone.need_open(made)
    return made


def _shown(request: HttpRequest, template: str, made: Milestone, form: VerbForm) -> HttpResponse:
    if form.is_stale:
        made.refresh_from_db()
    said = {"item": made.recommendation, "made": made, "form": form}
    return render(request, template, said, status=form.status)


def _told(request: HttpRequest, made: Milestone, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("recommendation", reference=made.recommendation.reference)


urlpatterns = [
    path("recommendations/<str:reference>/milestones/add/", plan, name="milestone_plan"),
    path("milestones/<uuid:uuid>/amend/", amend, name="milestone_amend"),
    path("milestones/<uuid:uuid>/finish/", finish, name="milestone_finish"),
    path("milestones/<uuid:uuid>/cancel/", cancel, name="milestone_cancel"),
]
