"""Merge what two sources recommend alike: one recommendation is followed up, both stay readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event
from recommendations.actions.holding import advance, locked_with, need_standing
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.actions.withdrawal import need_no_standing_parts
from recommendations.models import Recommendation
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.errors import Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person
    from recommendations.models.person import Register


def merge(
    reference: str, into: str, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Recommendation:
    """Withdraw a recommendation as a duplicate of `into` (a reference), which another source makes.

    Nothing is moved: the text, passages, evidence and history of each stay where they are. MERGED stands on both chains.
    Raises `Missing`, `Stale`, `Forbidden`, `Invalid` (no such survivor), `Unlawful` with all that speaks against it.
    """
    with act(now):
        survivor = Recommendation.objects.visible_to(actor).filter(reference=into).first()
        item = locked_with(reference, actor, survivor, seen=seen)
        need_steward(actor)
        need_standing(item)
        refuse_if([] if survivor else [words.not_found(into, "into")])
        assert survivor is not None  # noqa: S101 - refused above
        survivor.refresh_from_db()  # as it is now that it is locked
        need_mergeable(item)
        refuse_if(against(item, survivor), Unlawful)
        advance(item, now=now, withdrawn_at=now, merged_into=survivor)
        advance(survivor, now=now)
        event.about(item, Verb.MERGED, actor=actor, now=now, after={"merged_into": into})
        event.about(survivor, Verb.MERGED, actor=actor, now=now, after={"duplicates": [reference]})
        computed.keep_whole_of(item, actor=actor, now=now)
    return item


def need_mergeable(item: Recommendation) -> None:
    """Raise `Unlawful` for what cannot be merged into anything: it has parts, or is what others were merged into."""
    need_no_standing_parts(item)
    others = list(item.duplicates.order_by("sort_key").values_list("reference", flat=True))
    if others:
        text = _("%(others)s was merged into %(reference)s; merge the other way round, or restore it first.")
        raise Unlawful(Problem("has_duplicates", text % {"reference": item.reference, "others": ", ".join(others)}))


def against(item: Recommendation, survivor: Recommendation) -> list[Problem]:
    """Return what speaks against following up the one as the other."""
    said = {"item": item.reference, "survivor": survivor.reference, "source": str(item.source)}
    if item == survivor:
        return [Problem("same_item", _("A recommendation cannot be merged into itself; choose another one."), "into")]
    problems = []
    if survivor.merged_into is not None:
        text = _("%(survivor)s was merged into %(other)s; choose that one.")
        problems.append(Problem("withdrawn", text % {**said, "other": survivor.merged_into.reference}, "into"))
    elif survivor.withdrawn_at is not None:
        problems.append(Problem("withdrawn", _("%(survivor)s was withdrawn; restore it first.") % said, "into"))
    if item.parent_id == survivor.pk:
        text = _("%(item)s is a part of %(survivor)s already; withdraw it if it is not needed.")
        problems.append(Problem("is_part", text % said, "into"))
    if item.source_id == survivor.source_id:
        text = _(
            "Both are recommendations of “%(source)s”; only those of different sources are merged."
            " Withdraw one, and name its passages with the other."
        )
        problems.append(Problem("same_source", text % said, "into"))
    return problems
