"""The first page: what the register is about, where it stands, what has changed, what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from recommendations.models import Event, Recommendation, Source
from recommendations.models.event import Subject
from recommendations.reports import figures
from recommendations.web import asof, stream

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LATELY: Final = 6
LATE: Final = 5


@require_safe
@asof.dated
def overview(request: HttpRequest) -> HttpResponse:
    """Show the register at a glance."""
    today = asof.today(request)
    items = Recommendation.objects.visible_to(request.user).standing()
    events = Event.objects.visible_to(request.user).filter(subject=Subject.RECOMMENDATION).for_reading()
    context = {
        "today": today,
        "figures": figures.figures(items, today=today),
        "themes": figures.by_theme(items),
        "lines": stream.lines(list(events.latest_first()[:LATELY])),
        "overdue": items.rated().overdue(today).order_by("target_on", "sort_key")[:LATE],
        "sources": Source.objects.with_counts(request.user).order_by("-published_on", "slug"),
    }
    return render(request, "overview/overview.html", context)


urlpatterns = [path("", overview, name="overview")]
