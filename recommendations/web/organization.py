"""Pages of organizations: who they are, what they are responsible for, how far that is, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Assignment, Event, Organization, Recommendation
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Subject
from recommendations.reports import figures
from recommendations.reports.figures import Duties
from recommendations.rules import references
from recommendations.web import asof, stream

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from recommendations.models.assignment import AssignmentQuerySet
    from recommendations.rules.calendar import Delivery

SHOWN: Final = 25  # of each role; the list has all
FORMER: Final = 50
LATELY: Final = 6
HEADINGS: Final = {
    AssignmentRole.LEAD: _("Leads"),
    AssignmentRole.SUPPORTING: _("Supports"),
    AssignmentRole.VALIDATING: _("Validates"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """What an organization is (or was) responsible for, and whether that is on time."""

    assignment: Assignment
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Part:
    """All that an organization does in one role: the first of `total`, the oldest promise first."""

    role: AssignmentRole
    heading: str | _StrPromise
    duties: list[Duty]
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.duties)


@require_safe
@asof.dated
def organizations(request: HttpRequest) -> HttpResponse:
    """List all organizations by name."""
    duties = figures.by_organization(Recommendation.objects.visible_to(request.user).standing())
    listed = [(body, duties.get(body.pk, Duties())) for body in Organization.objects.by_name()]
    return render(request, "organization/list.html", {"organizations": listed})


@require_safe
@asof.dated
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organization with what it is, and was, responsible for."""
    is_slug = not references.check_slug(slug)
    body = Organization.objects.select_related("parent").filter(slug=slug).first() if is_slug else None
    if body is None:
        raise Http404
    today = asof.today(request)
    items = Recommendation.objects.visible_to(request.user).standing()
    theirs = Assignment.objects.filter(organization=body, recommendation__in=items)
    released = theirs.filter(until__isnull=False).order_by("-until", "id")
    context = {
        "organization": body,
        "today": today,
        "parts": _parts(theirs.standing(), today),
        "former": _duties(released[:FORMER], today),
        "children": body.children.by_name(),
        **_at_a_glance(request, body, today),
    }
    return render(request, "organization/detail.html", context)


def _parts(standing: AssignmentQuerySet, today: dt.date) -> list[Part]:
    totals = dict(standing.order_by().values_list("role").annotate(total=Count("pk")))
    pressing = standing.order_by(F("recommendation__target_on").asc(nulls_last=True), "recommendation__sort_key", "id")
    return [
        Part(role, heading, _duties(pressing.filter(role=role)[:SHOWN], today), totals[role])
        for role, heading in HEADINGS.items()
        if role in totals
    ]


def _duties(assignments: AssignmentQuerySet, today: dt.date) -> list[Duty]:
    found = assignments.select_related("recommendation", "person")
    return [Duty(one, one.recommendation.delivery(today)) for one in found]


def _at_a_glance(request: HttpRequest, body: Organization, today: dt.date) -> dict[str, Any]:
    """Return the figures of all that it has any role in, and what changed about that."""
    items = Recommendation.objects.visible_to(request.user).assigned_to(body.slug).standing()
    counted = figures.figures(items, today=today)
    events = Event.objects.visible_to(request.user).filter(subject=Subject.RECOMMENDATION, recommendation__in=items)
    return {
        "figures": counted,
        "ratings": (counted.review, counted.report),
        "statuses": [
            (status, n, m) for (status, n), (_same, m) in zip(counted.review.row, counted.report.row, strict=True)
        ],
        "lines": stream.lines(list(events.for_reading().latest_first()[:LATELY])),
    }


urlpatterns = [
    path("organizations/", organizations, name="organizations"),
    path("organizations/<str:slug>/", organization, name="organization"),
]
