"""Register and amend what is tracked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recommendations.actions import many
from recommendations.actions.holding import advance, locked, need_standing
from recommendations.actions.many import Amendment, Registration, taken
from recommendations.actions.wording import AMENDABLE, Wording, check, wording_of

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person, Recommendation
    from recommendations.models.person import Register

__all__ = [
    "AMENDABLE",
    "Wording",
    "advance",
    "amend",
    "check",
    "enter",
    "locked",
    "need_standing",
    "register",
    "taken",
    "wording_of",
]


def register(reference: str, wording: Wording, *, actor: Person | Register, now: dt.datetime) -> Recommendation:
    """Add a recommendation to the register; with `parent`, as a part of another one.

    Raises `Forbidden` unless a steward, `Invalid` for bad fields, `Unlawful` when the reference is taken.
    """
    return many.register([Registration(reference, wording)], actor=actor, now=now)[0]


def enter(
    reference: str, wording: Wording, *, actor: Person | Register, now: dt.datetime, field: str = "reference"
) -> Recommendation:
    """Write a new item with its event, for a verb whose transaction holds the whole that it becomes a part of.

    `field` is what a taken reference is said to be wrong in.
    """
    return many.enter([Registration(reference, wording)], actor=actor, now=now, field=field)[0]


def amend(
    reference: str, changed: dict[str, Any], *, actor: Person | Register, now: dt.datetime, seen: int | None
) -> Recommendation:
    """Change some of the wording; `changed` maps names of `Wording` to new values. Nothing new is no event.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn).
    """
    return many.amend([Amendment(reference, changed, seen)], actor=actor, now=now)[0]
