"""Addresses that get no digest any more: put on the list by the register or by an administrator, and taken off it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_administrator
from recommendations.models import Suppression
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.models.postal import SuppressionReason
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person
    from recommendations.models.person import Register

LONGEST: Final = 300


def suppress(email: str, reason: str, detail: str, *, now: dt.datetime) -> Suppression:
    """Send this address no digest any more, until somebody lifts it. A verb of the register itself.

    `reason` is one of `SuppressionReason`, `detail` what a server said. An address is on the list once, however it is
    spelled: doing it twice is no second event.
    """
    with act(now):
        made = _made(email, reason, detail, REGISTER, now)
        return made or Suppression.objects.of(email)[0]


def add(email: str, detail: str = "", *, actor: Person, now: dt.datetime) -> Suppression:
    """Send this address no digest any more, by hand. Raises `Forbidden`, `Invalid`, `Unlawful` (it is on the list)."""
    need_administrator(actor)
    refuse_if([*words.check_email(email), *words.check_text(detail, "detail", longest=LONGEST)])
    with act(now):
        made = _made(email, SuppressionReason.BY_HAND, detail, actor, now)
        if made is None:
            raise Unlawful(Problem("suppressed_already", _("This address is on the list already."), "email"))
    return made


def lift(uuid: UUID, *, actor: Person, now: dt.datetime) -> Suppression:
    """Send an address digests again. Raises `Forbidden`, `Missing`, `Unlawful` (lifted already)."""
    need_administrator(actor)
    with act(now):
        found = Suppression.objects.select_for_update().filter(uuid=uuid).first()
        if found is None:
            raise Missing(Problem("not_found", _("There is no such suppressed address.")))
        if found.lifted_at is not None:
            raise Unlawful(Problem("lifted_already", _("This address is off the list already.")))
        found.lifted_at, found.lifted_by = now, actor
        found.save(update_fields=["lifted_at", "lifted_by"])
        event.record(Verb.LIFTED, Subject.SUPPRESSION, str(found.uuid), actor=actor, now=now)
    return found


def _made(email: str, reason: str, detail: str, actor: Person | Register, now: dt.datetime) -> Suppression | None:
    """Put an address on the list with its event, which keeps no address; None when it is on it already."""
    made = Suppression(email=email, reason=reason, detail=detail[:LONGEST], since=now)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return None
    event.record(
        Verb.SUPPRESSED, Subject.SUPPRESSION, str(made.uuid), actor=actor, now=now, after={"reason": str(reason)}
    )
    return made
