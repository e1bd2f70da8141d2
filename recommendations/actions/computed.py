"""The columns of an item that follow from its assessments or, where it is split, from those of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.holding import advance, hold
from recommendations.models import Recommendation
from recommendations.models.event import Verb
from recommendations.rules import lifecycle
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Problem, Unlawful
from recommendations.rules.lifecycle import Kind, Status

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.models.recommendation import RecommendationQuerySet

SHOWN = ("status", "reported_status", "verified_status", "assessed_on", "elements")


def current(item: Recommendation) -> dict[str, Any]:
    """Return the columns that follow from the item's own assessments: the computation that is kept stored."""
    standing = item.assessments.standing()
    rated = {kind: standing.filter(kind=kind).latest_first().first() for kind in Kind}
    reported, verified = rated[Kind.SELF], rated[Kind.REVIEW]
    leading = verified or reported
    return {
        "reported": reported,
        "verified": verified,
        "reported_status": reported.value if reported else Status.NOT_ASSESSED,
        "verified_status": verified.value if verified else Status.NOT_ASSESSED,
        "status": leading.value if leading else Status.NOT_ASSESSED,
        "assessed_on": max((a.as_of for a in (reported, verified) if a), default=None),
    }


def elements(item: Recommendation) -> RecommendationQuerySet:
    """Return the parts of which an item's status is computed: the standing ones that everybody sees who sees it.

    An internal part of a public item is not among them, since the figures would tell of it.
    """
    parts = Recommendation.objects.filter(parent=item).standing().order_by("sort_key")
    return parts if item.visibility == Visibility.INTERNAL else parts.filter(visibility=Visibility.PUBLIC)


def columns(item: Recommendation) -> dict[str, Any]:
    """Return what an item's columns have to hold: computed from its parts if it has any, else from its assessments."""
    parts = elements(item).values_list("reported_status", "verified_status", "assessed_on")
    rows = list(parts)
    if not rows:
        return {**current(item), "elements": 0}
    reported = lifecycle.of_elements(Status(row[0]) for row in rows)
    verified = lifecycle.of_elements(Status(row[1]) for row in rows)
    return {
        "reported": None,
        "verified": None,
        "reported_status": reported,
        "verified_status": verified,
        "status": reported if verified is Status.NOT_ASSESSED else verified,
        "assessed_on": max((row[2] for row in rows if row[2]), default=None),
        "elements": len(rows),
    }


def keep(whole: Recommendation, *, actor: Person | Register, now: dt.datetime) -> None:
    """Bring a locked item's columns to what they have to hold; where that changes them it is one COMPUTED event.

    Every verb that changes what a status is computed of calls this, and nothing else writes these columns of a whole.
    """
    found = columns(whole)
    if all(getattr(whole, name) == value for name, value in found.items()):
        return
    before, after = event.changes({name: getattr(whole, name) for name in found}, found)
    advance(whole, now=now, **found)
    said = {name: value for name, value in after.items() if name in SHOWN}
    event.about(whole, Verb.COMPUTED, actor=actor, now=now, before={name: before[name] for name in said}, after=said)


def keep_whole_of(item: Recommendation, *, actor: Person | Register, now: dt.datetime) -> None:
    """Do so for the whole that a locked item is a part of, if any."""
    for whole in hold([item.parent_id]).values():
        keep(whole, actor=actor, now=now)


def need_no_parts(item: Recommendation) -> None:
    """Raise `Unlawful` for an item whose status is computed: its parts are assessed instead."""
    parts = list(elements(item).values_list("reference", flat=True))
    if parts:
        text = _("%(reference)s is split: its status is computed. Update the status of its parts: %(parts)s.")
        raise Unlawful(Problem("has_parts", text % {"reference": item.reference, "parts": ", ".join(parts)}))
