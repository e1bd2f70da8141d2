"""Asking whether the actor may: every verb does it here, so that no door can forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.models import Assignment, Person, Recommendation
from recommendations.models.person import Register, role_of
from recommendations.rules import access
from recommendations.rules.errors import Forbidden, Problem, Stale

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def need(allowed: bool, code: str, detail: str | _StrPromise) -> None:  # noqa: FBT001 - reads as a sentence: need(may_review(role), …)
    """Raise `Forbidden` with the reason unless allowed."""
    if not allowed:
        raise Forbidden(Problem(code, detail))


def need_signed_in(actor: Person | Register) -> None:
    """Raise `Forbidden` unless the actor is somebody who may sign in."""
    need(access.may_take_part(role_of(actor)), "sign_in", _("Sign in to do this."))


def need_steward(actor: Person | Register) -> None:
    """Raise `Forbidden` unless the actor keeps the register."""
    need(access.may_keep_register(role_of(actor)), "stewards_only", _("Only stewards may do this; ask one of them."))


def need_administrator(actor: Person | Register) -> None:
    """Raise `Forbidden` unless the actor is an administrator."""
    text = _("Only administrators may do this; ask one of them.")
    need(access.may_administer(role_of(actor)), "administrators_only", text)


def need_current(version: int, seen: int | None) -> None:
    """Raise `Stale` when the writer saw another version than the current one (None: the writer claims none)."""
    if seen is not None and seen != version:
        text = _("It was changed in the meantime. Look at the current version and send yours again.")
        raise Stale(Problem("stale", text, "version"), seen=seen, current=version)


def is_assigned(actor: Person | Register, item: Recommendation) -> bool:
    """Tell whether the item is the actor's own or the actor's organization's to do."""
    if not isinstance(actor, Person):
        return False
    return Assignment.objects.standing().of(actor).filter(recommendation=item).exists()
