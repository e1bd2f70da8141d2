"""The first page: what the register is about, where it stands, what has changed, what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from recommendations.models import Assignment, Event, Recommendation, Source, past
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Subject
from recommendations.reports import changes, columns, figures, series, shares
from recommendations.reports.series import Look
from recommendations.rules import moments
from recommendations.web import asof, rated, stream

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.reports.figures import Figures

LATELY: Final = 6
LATE: Final = 5
PAIRS: Final = 8


@require_safe
@asof.dated
def overview(request: HttpRequest) -> HttpResponse:
    """Show the register at a glance."""
    today = asof.today(request)
    items = Recommendation.objects.visible_to(request.user).standing()
    counted = figures.figures(items, today=today)
    context = {
        "today": today,
        "figures": counted,
        "themes": [rated.group(theme) for theme in figures.by_theme(items)],
        "statuses": rated.STATUSES,
        "overdue": _late(items, today),
        "sources": Source.objects.with_counts(request.user).order_by("-published_on", "slug"),
        **(_charts(request, counted) if counted.total else {}),
        **_lately(request, counted),
    }
    return render(request, "overview/overview.html", context)


def _late(items: RecommendationQuerySet, today: dt.date) -> QuerySet[Recommendation]:
    """Return the oldest promises that were not kept, each with who leads it."""
    leading = Assignment.objects.standing().filter(role=AssignmentRole.LEAD).select_related("organization")
    late = items.rated().overdue(today).order_by("target_on", "sort_key")[:LATE]
    return late.prefetch_related(Prefetch("assignments", leading, to_attr="leads"))


def look(request: HttpRequest) -> Look:
    """Return from where the reader looks back."""
    return Look(asof.today(request), asof.zone(request), asof.as_of(request))


def _charts(request: HttpRequest, counted: Figures) -> dict[str, Any]:
    course = series.over_time(request.user, look(request))
    pairs = shares.pairs(counted)
    return {
        "course": course,
        "columns": columns.of_series(course) if course.is_course else (),
        "delivery": shares.delivery(counted),
        "freshness": shares.freshness(counted),
        "pairs": pairs[:PAIRS],
        "has_more_pairs": len(pairs) > PAIRS,
    }


def _lately(request: HttpRequest, counted: Figures) -> dict[str, Any]:
    """Return what changed in the last month, as numbers, and the last acts as lines."""
    events = Event.objects.visible_to(request.user).filter(subject=Subject.RECOMMENDATION).for_reading()
    last = asof.as_of(request)
    since = moments.month_before(asof.today(request))
    between = moments.between(
        [since.isoformat()], [last.text] if last else [], now=timezone.now(), zone=asof.zone(request)
    )
    with past.as_of(between.until.moment, since=between.since.moment):
        tally = changes.tally(request.user, changes.AT_A_GLANCE, total=counted.total + counted.split)
    return {
        "since": since,
        "tally": tally,
        "days": urlencode({"since": between.since.text, "until": between.until.text}),
        "lines": stream.lines(list(events.latest_first()[:LATELY])),
    }


urlpatterns = [path("", overview, name="overview")]
