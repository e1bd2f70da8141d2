"""Pages of organizations: who they are, and what they are responsible for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.models import Assignment, Organization, Recommendation
from recommendations.rules import references
from recommendations.web import asof

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@asof.dated
def organizations(request: HttpRequest) -> HttpResponse:
    """List all organizations by name."""
    listed = Organization.objects.with_counts(request.user).by_name()
    return render(request, "organization/list.html", {"organizations": listed})


@require_safe
@asof.dated
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organization with what it is, and was, responsible for."""
    is_slug = not references.check_slug(slug)
    body = Organization.objects.select_related("parent").filter(slug=slug).first() if is_slug else None
    if body is None:
        raise Http404
    items = Recommendation.objects.visible_to(request.user).standing()
    theirs = Assignment.objects.filter(organization=body, recommendation__in=items).select_related("recommendation")
    assignments = list(theirs.order_by("recommendation__sort_key", "since", "id"))
    context = {
        "organization": body,
        "today": asof.today(request),
        "standing": [assignment for assignment in assignments if assignment.until is None],
        "former": [assignment for assignment in assignments if assignment.until is not None],
        "children": body.children.by_name(),
    }
    return render(request, "organization/detail.html", context)


urlpatterns = [
    path("organizations/", organizations, name="organizations"),
    path("organizations/<str:slug>/", organization, name="organization"),
]
