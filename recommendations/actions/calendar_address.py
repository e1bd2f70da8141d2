"""Open and close secret addresses of calendars."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_signed_in
from recommendations.models import CalendarAddress
from recommendations.models.event import Subject, Verb
from recommendations.models.person import Language
from recommendations.rules import query as queries
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.models import Person

MOST: Final = 20
"""Open addresses that one person may have."""
NOTED: Final = dt.timedelta(hours=1)
SHOWN: Final = 8
"""Characters of the secret by which it is recognised later."""


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256 (256 random bits need no salt)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(name: str, query: str, language: str, *, actor: Person, now: dt.datetime) -> tuple[CalendarAddress, str]:
    """Open an address for the actor's selection. Returns it with its secret: the only time that this is shown.

    Raises `Forbidden` (not signed in), `Invalid`, `Unlawful` (enough).
    """
    need_signed_in(actor)
    problems = words.check_text(name, "name", longest=100, required=True)
    if language not in Language.values:
        problems.append(words.not_a_choice(language, Language.values, "language"))
    refuse_if(problems)
    query, secret = queries.canonical(query), secrets.token_urlsafe(32)
    with act(now):
        if CalendarAddress.objects.filter(person=actor, revoked_at=None).count() >= MOST:
            text = _("You have %(most)s calendars, which is as many as one person may have; revoke one first.")
            raise Unlawful(Problem("enough", text % {"most": MOST}))
        made = CalendarAddress.objects.create(
            person=actor,
            name=name.strip(),
            query=query,
            language=language,
            prefix=secret[:SHOWN],
            sha256=fingerprint(secret),
            created_at=now,
        )
        after = {"query": query, "language": language}
        event.record(Verb.ISSUED, Subject.CALENDAR, str(made.uuid), actor=actor, now=now, after=after)
    return made, secret


def used(secret: str, *, now: dt.datetime) -> CalendarAddress | None:
    """Return the address that a secret opens (with its person), or None; note the use, once an hour at most."""
    found = CalendarAddress.objects.usable().select_related("person").filter(sha256=fingerprint(secret)).first()
    if found and (found.last_used_at is None or now - found.last_used_at > NOTED):
        CalendarAddress.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke(uuid: UUID, *, actor: Person, now: dt.datetime) -> CalendarAddress:
    """Close one of one's own for good. Revoking twice is no second event. Raises `Missing`."""
    with act(now):
        made = CalendarAddress.objects.select_for_update().filter(uuid=uuid, person=actor).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such calendar.")))
        if made.revoked_at is None:
            made.revoked_at = now
            made.save(update_fields=["revoked_at"])
            event.record(Verb.REVOKED, Subject.CALENDAR, str(made.uuid), actor=actor, now=now)
    return made
