"""What I owe: my recommendations, the oldest promise first, with what is missing; what I could review; what I follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_required
from django.db.models import F, Prefetch, Q
from django.shortcuts import render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recommendations.actions import followup
from recommendations.digests import reconcile
from recommendations.models import Evidence, Milestone, Recommendation
from recommendations.rules import access, duty
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.duty import Lack
from recommendations.rules.lifecycle import NEXT, Exhibit, Kind, Status
from recommendations.web import follow, notice, requirements
from recommendations.web.arrival import person_of, today

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from recommendations.models import Person

LONGEST: Final = 200
BESIDES: Final = frozenset({Lack.PRIMARY, Lack.MILESTONE, Lack.REVIEW, Lack.LINK})


@dataclass(frozen=True, slots=True)
class Debt:
    """A recommendation that I answer for, what its next step needs (None: a first report is owed), and what else is missing."""

    item: Recommendation
    delivery: Delivery
    freshness: Freshness
    step: requirements.Row | None
    lacks: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Debts of one kind of urgency."""

    code: str
    heading: str | _StrPromise
    debts: list[Debt]


_GROUPS: Final = (
    ("overdue", _("Overdue")),
    ("due_soon", _("Due within 30 days")),
    ("stale", _("Not looked at for half a year")),
    ("never", _("Nobody has looked yet")),
    ("in_hand", _("In hand")),
)


@login_required
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """Show what whoever is signed in owes."""
    person, day = person_of(request), today(request)
    mine = _mine(person).order_by(F("target_on").asc(nulls_last=True), F("assessed_on").asc(nulls_first=True), "id")
    debts = [_debt(item, day) for item in mine[:LONGEST]]
    groups = [Group(code, heading, [d for d in debts if _urgency(d) == code]) for code, heading in _GROUPS]
    said = {
        "groups": [group for group in groups if group.debts],
        "is_cut": len(debts) == LONGEST,
        "may_review": access.may_review(person.role),
        "may_keep": access.may_keep_register(person.role),
        "today": day,
        "suppression": reconcile.suppression_of(person),
        **(_reviews(person, day) if access.may_review(person.role) else {}),
        **notice.lately(person),
        **follow.following(person),
    }
    return render(request, "my/my.html", said)


def _mine(person: Person) -> QuerySet[Recommendation]:
    standing = Prefetch("evidence", Evidence.objects.standing(), to_attr="pieces")
    lost = Prefetch("evidence", Evidence.objects.lost().bearing(), to_attr="lost")
    coming = Milestone.objects.filter(done_on=None, cancelled_at=None).exclude(due_on=None).order_by("due_on", "id")
    stones = Prefetch("milestones", coming, to_attr="coming")
    found = Recommendation.objects.visible_to(person).owned_by(person).open().rated()
    return found.select_related("source", "reported", "verified").prefetch_related(standing, lost, stones)


def _reviews(person: Person, day: dt.date) -> dict[str, Any]:
    """Return what waits for a review by somebody, and what this reviewer announced to look at again by now."""
    again = (
        Recommendation.objects.visible_to(person)
        .open()
        .filter(verified__author=person, verified__next_review_on__lte=day)
    )
    found = again.select_related("verified").order_by("verified__next_review_on", "id")
    return {"to_review": list(_to_review(person)), "again": list(found[:LONGEST])}


def _to_review(person: Person) -> QuerySet[Recommendation]:
    """Reports by others that are newer than the latest review, the longest waiting first."""
    newer = Q(verified__isnull=True) | Q(reported__recorded_at__gt=F("verified__recorded_at"))
    waiting = Recommendation.objects.visible_to(person).standing().filter(newer, reported__isnull=False)
    others = waiting.exclude(reported__author=person).select_related("reported__author")
    return others.order_by("reported__recorded_at", "id")[:LONGEST]


def _debt(item: Recommendation, day: dt.date) -> Debt:
    value = NEXT.get(Status(item.reported_status))
    exhibits = tuple(piece.exhibit() for piece in item.pieces)  # type: ignore[attr-defined]
    facts = requirements.Facts.of(item, exhibits, Kind.SELF, followup.source_end(item))
    step = requirements.row(Kind.SELF, value, facts) if value else None
    return Debt(item, item.delivery(day), item.freshness(day), step, _lacks(item, exhibits, day))


def _lacks(item: Recommendation, exhibits: tuple[Exhibit, ...], day: dt.date) -> list[str]:
    """Say what is missing besides what the next step needs: that has a line of its own."""
    coming, lost = item.coming, item.lost  # type: ignore[attr-defined]
    standing = duty.Standing(
        Status(item.reported_status),
        Status(item.verified_status),
        exhibits,
        followup.source_end(item),
        review_on=item.reported.next_review_on if item.reported else None,
        milestone_on=coming[0].due_on if coming else None,
        is_link_lost=bool(lost),
    )
    said = {
        "next": standing.next.label,
        "milestone": coming[0].title if coming else "",
        "milestone_on": date_format(standing.milestone_on) if standing.milestone_on else "",
        "review_on": date_format(standing.review_on) if standing.review_on else "",
        "lost": lost[0].title if lost else "",
    }
    return [duty.SAID[lack] % said for lack in duty.lacks(standing, day) if lack in BESIDES]


def _urgency(debt: Debt) -> str:
    if debt.delivery is Delivery.OVERDUE:
        return "overdue"
    if debt.delivery is Delivery.DUE_SOON:
        return "due_soon"
    return {Freshness.STALE: "stale", Freshness.NEVER: "never"}.get(debt.freshness, "in_hand")


urlpatterns = [path("my/", my, name="my")]
