"""The page of one recommendation: what was proposed, who is responsible, how far it is, and how that came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Event, keyset
from recommendations.models.detail import AROUND, in_full, silence_of
from recommendations.models.person import role_of
from recommendations.reports import chart
from recommendations.rules import access, explanation, references
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Missing, Problem
from recommendations.rules.lifecycle import Blocker, Kind, Status
from recommendations.web import asof, cite, follow, linked, stream, talk
from recommendations.web.comment import RemarkForm
from recommendations.web.history import LATEST
from recommendations.web.offers import offers

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Assessment, Person, Recommendation
    from recommendations.reports.chart import Chart

LATELY: Final = 10  # lines of history on a page of it
SERIES: Final = 3  # with so many values an indicator is drawn as a line


@dataclass(frozen=True, slots=True)
class Rating:
    """One of the two ratings as the page shows it; `latest` is None while nobody has made one.

    `assessed` tells how many of the parts that it is computed from have such a rating.
    """

    kind: Kind
    status: str
    latest: Assessment | None
    assessed: int = 0

    @property
    def blockers(self) -> list[str]:
        """What stands in the way, in words."""
        return [str(Blocker(code).label) for code in self.latest.blockers] if self.latest else []


@require_safe
@asof.dated
def recommendation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything about one recommendation."""
    meant = references.meant(reference)
    if meant not in ("", reference):
        asked = request.GET.urlencode()
        return redirect(f"{reverse('recommendation', args=[meant])}{asked and f'?{asked}'}", permanent=True)
    item = found(request.user, reference)
    made = _as_data(request, item) if linked.is_wanted(request) else _as_page(request, item)
    patch_vary_headers(made, ["Accept"])
    return made


def _as_page(request: HttpRequest, item: Recommendation) -> HttpResponse:
    context: dict[str, Any] = {
        "item": item,
        "ratings": _ratings(item),
        **_charts(item),
        **_told(request, item),
        **_offered(request, item),
        "around": AROUND,
        "cited": cite.citation(request, item),
        "explanation": explanation,
        "has_lost_evidence": _has_lost_evidence(item),
        **_times(item, asof.today(request)),
        "parent": _if_known(request.user, item.parent),
        "survivor": _if_known(request.user, item.merged_into),
    }
    return render(request, "recommendation/detail.html", context)


@require_safe
@asof.dated
def data(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the same as JSON-LD."""
    return _as_data(request, found(request.user, reference))


def _as_data(request: HttpRequest, item: Recommendation) -> HttpResponse:
    return linked.answer(item, _if_known(request.user, item.parent))


def _offered(request: HttpRequest, item: Recommendation) -> dict[str, Any]:
    is_following = follow.is_following(request.user, item)
    offered = offers(request, item, is_following=is_following)
    return {"is_following": is_following, "offers": offered, "steps": offered.steps, "remark": RemarkForm()}


def _told(request: HttpRequest, item: Recommendation) -> dict[str, Any]:
    events = Event.objects.visible_to(request.user).filter(recommendation=item).for_reading()
    cursor = request.GET.get("cursor") or None
    page = keyset.page(events, LATEST, cursor=cursor, size=LATELY, question=item.reference)
    return {"page": page, "lines": talk.with_comments(stream.lines(page.rows), request.user)}


def found(person: Person | AnonymousUser, reference: str) -> Recommendation:
    """Return what the person may see; raise `Missing` the same way for what is hidden and what does not exist."""
    is_reference = not references.check_reference(reference)
    item = in_full(person).filter(reference=reference).first() if is_reference else None
    if item is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    return item


def _ratings(item: Recommendation) -> tuple[Rating, Rating]:
    shown: list[Recommendation] = item.shown_children  # type: ignore[attr-defined]
    parts = [part for part in shown if item.visibility == Visibility.INTERNAL or part.visibility == Visibility.PUBLIC]
    reviewed = sum(part.verified_status != Status.NOT_ASSESSED for part in parts)
    reported = sum(part.reported_status != Status.NOT_ASSESSED for part in parts)
    return (
        Rating(Kind.REVIEW, item.verified_status, item.verified, reviewed),
        Rating(Kind.SELF, item.reported_status, item.reported, reported),
    )


def _has_lost_evidence(item: Recommendation) -> bool:
    ratings = [rating for rating in (item.reported, item.verified) if rating is not None]
    return any(piece.is_lost and piece.is_standing for rating in ratings for piece in rating.evidence.all())


def _charts(item: Recommendation) -> dict[str, list[Chart]]:
    charts = [chart.of_indicator(each, list(each.observations.all())) for each in item.indicators.all()]
    short = [one for one in charts if len(one.rows) < SERIES]
    return {
        "courses": [one for one in charts if len(one.rows) >= SERIES],
        "outcomes": [one for one in short if not one.indicator.is_context],
        "surroundings": [one for one in short if one.indicator.is_context],
    }


def _times(item: Recommendation, today: dt.date) -> dict[str, Any]:
    return {
        "today": today,
        "delivery": item.delivery(today),
        "freshness": item.freshness(today),
        "silence": silence_of(item, today),
        "milestones": [(one, one.state(today)) for one in item.milestones.all()],
        "owners": [a for a in item.assignments.all() if a.until is None],
        "former": [a for a in item.assignments.all() if a.until is not None],
    }


def _if_known(person: Person | AnonymousUser, other: Recommendation | None) -> Recommendation | None:
    """Return what an item is a part or a duplicate of, if the reader may know of it."""
    if other is None or other.visibility == Visibility.PUBLIC or access.may_read_internal(role_of(person)):
        return other
    return None


urlpatterns = [
    path("recommendations/<str:reference>.jsonld", data, name="recommendation_data"),
    path("recommendations/<str:reference>/", recommendation, name="recommendation"),
]
