"""The page of one recommendation: what was proposed, who is responsible, how far it is, and how that came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.models import Event, Person
from recommendations.models.detail import in_full
from recommendations.models.person import role_of
from recommendations.reports import chart
from recommendations.rules import access, references
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Missing, Problem
from recommendations.rules.lifecycle import Blocker, Kind
from recommendations.web import stream

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Assessment, Recommendation
    from recommendations.reports.chart import Chart

LATELY: Final = 10


@dataclass(frozen=True, slots=True)
class Rating:
    """One of the two ratings as the page shows it; `latest` is None while nobody has made one."""

    kind: Kind
    status: str
    latest: Assessment | None

    @property
    def blockers(self) -> list[str]:
        """What stands in the way, in words."""
        return [str(Blocker(code).label) for code in self.latest.blockers] if self.latest else []


@dataclass(frozen=True, slots=True)
class Steps:
    """What the reader may do next; the page offers nothing that a verb would refuse for who they are."""

    is_own: bool
    report: bool
    review: bool
    attach: bool
    assign: bool

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return self.report or self.review or self.attach or self.assign


@require_safe
def recommendation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything about one recommendation."""
    item = found(request.user, reference)
    events = Event.objects.visible_to(request.user).filter(recommendation=item).for_reading().latest_first()
    lately = list(events[: LATELY + 1])
    context: dict[str, Any] = {
        "item": item,
        "ratings": (
            Rating(Kind.REVIEW, item.verified_status, item.verified),
            Rating(Kind.SELF, item.reported_status, item.reported),
        ),
        **_charts(item),
        "lines": stream.lines(lately[:LATELY]),
        "has_more_history": len(lately) > LATELY,
        "steps": steps(request.user, item),
        "has_lost_evidence": _has_lost_evidence(item),
        **_times(item),
        "parent": _known_parent(request.user, item),
    }
    return render(request, "recommendation/detail.html", context)


def found(person: Person | AnonymousUser, reference: str) -> Recommendation:
    """Return what the person may see; raise `Missing` the same way for what is hidden and what does not exist."""
    is_reference = not references.check_reference(reference)
    item = in_full(person).filter(reference=reference).first() if is_reference else None
    if item is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    return item


def steps(person: Person | AnonymousUser, item: Recommendation) -> Steps:
    """Tell what the person may do with an item that was fetched in full."""
    if not isinstance(person, Person) or item.withdrawn_at is not None:
        return Steps(is_own=False, report=False, review=False, attach=False, assign=False)
    role = role_of(person)
    is_assigned = any(
        a.until is None and (a.person_id == person.pk or (person.organization_id or 0) == a.organization_id)
        for a in item.assignments.all()
    )
    return Steps(
        is_own=is_assigned,
        report=access.may_contribute(role, is_assigned=is_assigned),
        review=access.may_review(role),
        attach=access.may_attach_evidence(role, is_assigned=is_assigned),
        assign=access.may_keep_register(role),
    )


def _has_lost_evidence(item: Recommendation) -> bool:
    ratings = [rating for rating in (item.reported, item.verified) if rating is not None]
    return any(piece.is_lost and piece.is_standing for rating in ratings for piece in rating.evidence.all())


def _charts(item: Recommendation) -> dict[str, list[Chart]]:
    charts = [chart.of_indicator(each, list(each.observations.all())) for each in item.indicators.all()]
    return {
        "outcomes": [one for one in charts if not one.indicator.is_context],
        "surroundings": [one for one in charts if one.indicator.is_context],
    }


def _times(item: Recommendation) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "today": today,
        "delivery": item.delivery(today),
        "freshness": item.freshness(today),
        "owners": [a for a in item.assignments.all() if a.until is None],
        "former": [a for a in item.assignments.all() if a.until is not None],
    }


def _known_parent(person: Person | AnonymousUser, item: Recommendation) -> Recommendation | None:
    parent = item.parent
    if parent is None or parent.visibility == Visibility.PUBLIC or access.may_read_internal(role_of(person)):
        return parent
    return None


urlpatterns = [path("recommendations/<str:reference>/", recommendation, name="recommendation")]
