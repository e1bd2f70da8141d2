"""Withdraw what is no longer followed up; restore it, also when it was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event
from recommendations.actions.holding import advance, locked, locked_with
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.errors import Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person, Recommendation
    from recommendations.models.person import Register


def withdraw(
    reference: str, reason: str, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Recommendation:
    """Take a recommendation out of what is followed up; it stays readable with the reason in its history.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid` (no reason), `Unlawful` (withdrawn before, has standing parts).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_steward(actor)
        refuse_if(_check(reason))
        need_withdrawable(item)
        advance(item, now=now, withdrawn_at=now)
        event.about(item, Verb.WITHDRAWN, actor=actor, now=now, after={"reason": reason})
        computed.keep_whole_of(item, actor=actor, now=now)
    return item


def restore(
    reference: str, reason: str, *, actor: Person | Register, now: dt.datetime, seen: int | None = None
) -> Recommendation:
    """Undo a withdrawal or a merge: the recommendation is followed up again.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid` (no reason), `Unlawful` (not withdrawn, its whole is withdrawn).
    """
    with act(now):
        item = locked_with(reference, actor, seen=seen)
        need_steward(actor)
        refuse_if(_check(reason))
        need_restorable(item)
        survivor = item.merged_into
        before = {"withdrawn_at": item.withdrawn_at} | ({"merged_into": survivor.reference} if survivor else {})
        advance(item, now=now, withdrawn_at=None, merged_into=None)
        event.about(item, Verb.RESTORED, actor=actor, now=now, before=before, after={"reason": reason})
        if survivor:
            advance(survivor, now=now)
            event.about(
                survivor,
                Verb.AMENDED,
                actor=actor,
                now=now,
                before={"duplicates": [reference]},
                after={"duplicates": []},
            )
        computed.keep_whole_of(item, actor=actor, now=now)
    return item


def need_withdrawable(item: Recommendation) -> None:
    """Raise `Unlawful` for what was withdrawn before, and for what has parts that are followed up."""
    if item.withdrawn_at is not None:
        text = _("%(reference)s was withdrawn before; there is nothing left to withdraw.")
        raise Unlawful(Problem("already_withdrawn", text % {"reference": item.reference}))
    need_no_standing_parts(item)


def need_no_standing_parts(item: Recommendation) -> None:
    """Raise `Unlawful` for what has parts that are followed up."""
    parts = list(item.children.standing().order_by("sort_key").values_list("reference", flat=True))
    if parts:
        text = _("%(reference)s has parts that are followed up; withdraw them first: %(parts)s.")
        raise Unlawful(Problem("has_parts", text % {"reference": item.reference, "parts": ", ".join(parts)}))


def need_restorable(item: Recommendation) -> None:
    """Raise `Unlawful` for what stands, and for a part of what was withdrawn."""
    if item.withdrawn_at is None:
        text = _("%(reference)s was not withdrawn; there is nothing to restore.")
        raise Unlawful(Problem("not_withdrawn", text % {"reference": item.reference}))
    if item.parent is not None and item.parent.withdrawn_at is not None:
        text = _("%(reference)s is a part of %(whole)s, which was withdrawn; restore that first.")
        said = {"reference": item.reference, "whole": item.parent.reference}
        raise Unlawful(Problem("parent_withdrawn", text % said))


def _check(reason: str) -> list[Problem]:
    return words.check_text(reason, "reason", longest=words.TEXT, required=True)
