"""The columns of an item that follow from its assessments or, where it is split, from those of its parts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.holding import advance_all, hold
from recommendations.models import Assessment, Recommendation
from recommendations.models.event import Verb
from recommendations.rules import lifecycle
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Problem, Unlawful
from recommendations.rules.lifecycle import Kind, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.models.recommendation import RecommendationQuerySet

SHOWN = ("status", "reported_status", "verified_status", "assessed_on", "elements")


class _Part(NamedTuple):
    """What is rated of a part."""

    reported_status: str
    verified_status: str
    assessed_on: dt.date | None


def current(item: Recommendation) -> dict[str, Any]:
    """Return the columns that follow from the item's own assessments: the computation that is kept stored."""
    return _current([item])[item.pk]


def _current(items: Sequence[Recommendation]) -> dict[int, dict[str, Any]]:
    standing = Assessment.objects.standing().filter(recommendation__in=items)
    latest = standing.order_by("recommendation_id", "kind", "-as_of", "-id").distinct("recommendation_id", "kind")
    rated = {(made.recommendation_id, made.kind): made for made in latest}
    found = {}
    for item in items:
        reported, verified = rated.get((item.pk, Kind.SELF)), rated.get((item.pk, Kind.REVIEW))
        leading = verified or reported
        found[item.pk] = {
            "reported": reported,
            "verified": verified,
            "reported_status": reported.value if reported else Status.NOT_ASSESSED,
            "verified_status": verified.value if verified else Status.NOT_ASSESSED,
            "status": leading.value if leading else Status.NOT_ASSESSED,
            "assessed_on": max((a.as_of for a in (reported, verified) if a), default=None),
        }
    return found


def elements(item: Recommendation) -> RecommendationQuerySet:
    """Return the parts of which an item's status is computed: the standing ones that everybody sees who sees it.

    An internal part of a public item is not among them, since the figures would tell of it.
    """
    parts = Recommendation.objects.filter(parent=item).standing().order_by("sort_key")
    return parts if item.visibility == Visibility.INTERNAL else parts.filter(visibility=Visibility.PUBLIC)


def columns(item: Recommendation) -> dict[str, Any]:
    """Return what an item's columns have to hold: computed from its parts if it has any, else from its assessments."""
    return _columns([item])[item.pk]


def _columns(items: Sequence[Recommendation]) -> dict[int, dict[str, Any]]:
    parts = _parts(items)
    own = [item for item in items if not parts[item.pk]]
    found = {key: {**said, "elements": 0} for key, said in _current(own).items()} if own else {}
    return {item.pk: found[item.pk] if item.pk in found else _of_parts(parts[item.pk]) for item in items}


def _parts(items: Sequence[Recommendation]) -> dict[int, list[_Part]]:
    """Return what is rated of the elements of each item: see `elements`."""
    seen_by = {item.pk: item.visibility for item in items}
    found: dict[int, list[_Part]] = defaultdict(list)
    standing = Recommendation.objects.filter(parent__in=seen_by).standing()
    for whole, visibility, *said in standing.values_list("parent_id", "visibility", *_Part._fields):
        if seen_by[whole] == Visibility.INTERNAL or visibility == Visibility.PUBLIC:
            found[whole].append(_Part(*said))
    return found


def _of_parts(parts: Sequence[_Part]) -> dict[str, Any]:
    reported = lifecycle.of_elements(Status(part.reported_status) for part in parts)
    verified = lifecycle.of_elements(Status(part.verified_status) for part in parts)
    return {
        "reported": None,
        "verified": None,
        "reported_status": reported,
        "verified_status": verified,
        "status": reported if verified is Status.NOT_ASSESSED else verified,
        "assessed_on": max((part.assessed_on for part in parts if part.assessed_on), default=None),
        "elements": len(parts),
    }


def keep(whole: Recommendation, *, actor: Person | Register, now: dt.datetime) -> None:
    """Bring a locked item's columns to what they have to hold; where that changes them it is one COMPUTED event.

    Every verb that changes what a status is computed of calls this, and nothing else writes these columns of a whole.
    """
    keep_all([whole], actor=actor, now=now)


def keep_all(items: Sequence[Recommendation], *, actor: Person | Register, now: dt.datetime) -> None:
    """Do so for locked items, in as many statements as for one."""
    wanted = _columns(items) if items else {}
    changed = [item for item in items if any(getattr(item, n) != v for n, v in wanted[item.pk].items())]
    lines = []
    for item in changed:
        found = wanted[item.pk]
        before, after = event.changes({name: getattr(item, name) for name in found}, found)
        said = [name for name in after if name in SHOWN]
        shown = [{name: values[name] for name in said} for values in (before, after)]
        lines.append(event.About(item, Verb.COMPUTED, *shown))
    advance_all([(item, wanted[item.pk]) for item in changed], now=now)
    event.about_all(lines, actor=actor, now=now)


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
