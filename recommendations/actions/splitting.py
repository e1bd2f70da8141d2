"""Split a compound recommendation into parts that are followed up one by one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event
from recommendations.actions.holding import advance, locked, need_standing
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.recommendation import Wording, check, enter, taken, wording_of
from recommendations.models import Assignment, Recommendation
from recommendations.models.event import Verb
from recommendations.rules import references
from recommendations.rules.errors import Invalid, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from recommendations.models import Person
    from recommendations.models.person import Register

FEWEST: Final = 2
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of a part; without any description it has that of the whole."""

    reference: str
    title_en: str
    title_ru: str = ""
    description_en: str = ""
    description_ru: str = ""


def split(
    reference: str, parts: Sequence[Part], *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Recommendation:
    """Register parts of a recommendation, whose own status is computed of theirs from then on; return the whole.

    Each part has the whole's source, themes, instrument, priority, target date, visibility and standing owners.
    SPLIT stands on the whole, REGISTERED (and ASSIGNED for each owner) on each part.
    Raises `Missing`, `Stale`, `Forbidden`, `Invalid` and `Unlawful` naming every wrong field as `parts/0/title_en`.
    """
    with act(now):
        whole = locked(reference, actor, seen=seen)
        need_steward(actor)
        need_divisible(whole)
        own = wording_of(whole)
        wordings = [_wording(own, reference, part) for part in parts]
        _refuse_wrong(parts, wordings)
        for number, (part, wording) in enumerate(zip(parts, wordings, strict=True)):
            made = enter(part.reference, wording, actor=actor, now=now, field=f"parts/{number}/reference")
            _hand_on(whole, made, actor=actor, now=now)
        advance(whole, now=now)
        event.about(whole, Verb.SPLIT, actor=actor, now=now, after={"parts": [part.reference for part in parts]})
        computed.keep(whole, actor=actor, now=now)
    return whole


def need_divisible(item: Recommendation) -> None:
    """Raise `Unlawful` for what was withdrawn, and for what is a part itself."""
    need_standing(item)
    if item.parent is not None:
        text = _("%(reference)s is a part itself, and parts have no parts; add more parts to %(whole)s instead.")
        said = {"reference": item.reference, "whole": item.parent.reference}
        raise Unlawful(Problem("one_level", text % said))


def _wording(own: Wording, reference: str, part: Part) -> Wording:
    said = asdict(part)
    del said["reference"]
    if not (part.description_en or part.description_ru):
        said |= {"description_en": own.description_en, "description_ru": own.description_ru}
    return replace(own, **said, parent=reference)


def _refuse_wrong(parts: Sequence[Part], wordings: Sequence[Wording]) -> None:
    """Raise everything that is wrong with the parts at once: `Unlawful` when it is only that references are taken."""
    problems = []
    if not FEWEST <= len(parts) <= MOST:
        text = _("Give from %(fewest)s to %(most)s parts.")
        problems.append(Problem("number_of_parts", text % {"fewest": FEWEST, "most": MOST}, "parts"))
    for number, (part, wording) in enumerate(zip(parts, wordings, strict=True)):
        found = [*references.check_reference(part.reference), *check(wording)]
        problems += [replace(problem, field=f"parts/{number}/{problem.field}") for problem in found]
    taken_ones = _taken(parts)
    refuse_if([*problems, *taken_ones] if problems else [], Invalid)
    refuse_if(taken_ones, Unlawful)


def _taken(parts: Sequence[Part]) -> list[Problem]:
    names = [part.reference for part in parts]
    known = set(Recommendation.objects.filter(reference__in=names).values_list("reference", flat=True))
    return [
        taken(name, f"parts/{number}/reference")
        for number, name in enumerate(names)
        if name in known or name in names[:number]
    ]


def _hand_on(whole: Recommendation, part: Recommendation, *, actor: Person | Register, now: dt.datetime) -> None:
    """Make the owners of the whole those of the part, so that nobody loses their duty."""
    for held in whole.assignments.standing().select_related("organization", "person"):
        made = Assignment.objects.create(
            recommendation=part, organization=held.organization, person=held.person, role=held.role, since=held.since
        )
        after = {
            "assignment": made.uuid, "organization": held.organization.slug, "role": held.role, "since": held.since,
        }  # fmt: skip
        if held.person:
            after["person"] = held.person.uuid
        event.about(part, Verb.ASSIGNED, actor=actor, now=now, after=after)
