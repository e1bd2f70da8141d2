"""Issue and revoke keys for programs."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need
from recommendations.models import Token
from recommendations.models.event import Subject, Verb
from recommendations.models.person import role_of
from recommendations.models.token import TokenScope
from recommendations.rules import access, words
from recommendations.rules.errors import Missing, Problem, refuse_if

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.models import Person
    from recommendations.models.person import Register

PREFIX: Final = "rel_"  # for secret scanners
LONGEST: Final = dt.timedelta(days=366)
USUAL: Final = dt.timedelta(days=90)
NOTED: Final = dt.timedelta(minutes=1)


def fingerprint(key: str) -> str:
    """Return what is kept of a key: its SHA-256 (256 random bits need no salt)."""
    return hashlib.sha256(key.encode()).hexdigest()


def issue(
    name: str, *, scope: str, actor: Person, now: dt.datetime, expires_at: dt.datetime | None = None
) -> tuple[Token, str]:
    """Make a key for the actor and return it with its row: the only time that the key is shown.

    Raises `Invalid` (name, scope, expiry beyond a year or past), `Forbidden` (write scope for who may not write).
    """
    expires_at = expires_at or now + USUAL
    need(access.at_least(role_of(actor), access.Role.READER), "sign_in", _("Sign in to make a token."))
    if scope == TokenScope.WRITE:
        text = _("You may read only, so your tokens can too; choose “read”.")
        need(access.may_write_token(role_of(actor)), "read_only", text)
    refuse_if(_check(name, scope, expires_at, now))
    key = PREFIX + secrets.token_urlsafe(32)
    with act(now):
        made = Token.objects.create(
            person=actor,
            name=name.strip(),
            prefix=key[:10],
            sha256=fingerprint(key),
            scope=scope,
            created_at=now,
            expires_at=expires_at,
        )
        after = {"scope": scope, "expires_at": expires_at, "person": actor.uuid}
        event.record(Verb.ISSUED, Subject.TOKEN, str(made.uuid), actor=actor, now=now, after=after)
    return made, key


def used(key: str, *, now: dt.datetime) -> Token | None:
    """Return the token that a key opens now (with its person), or None; note the use, once a minute at most."""
    found = Token.objects.usable(now).select_related("person").filter(sha256=fingerprint(key)).first()
    if found and (found.last_used_at is None or now - found.last_used_at > NOTED):
        Token.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke(uuid: UUID, *, actor: Person | Register, now: dt.datetime) -> Token:
    """Close a key for good: one's own, or as an administrator anybody's. Revoking twice is no second event."""
    with act(now):
        made = Token.objects.select_for_update().filter(uuid=uuid).first()
        if made is None or (made.person != actor and not access.may_administer(role_of(actor))):
            raise Missing(Problem("not_found", _("There is no such token.")))
        if made.revoked_at is None:
            made.revoked_at = now
            made.save(update_fields=["revoked_at"])
            event.record(Verb.REVOKED, Subject.TOKEN, str(made.uuid), actor=actor, now=now)
    return made


def _check(name: str, scope: str, expires_at: dt.datetime, now: dt.datetime) -> list[Problem]:
    problems = words.check_text(name, "name", longest=100, required=True)
    if scope not in TokenScope.values:
        problems.append(words.not_a_choice(scope, TokenScope.values, "scope"))
    if not now < expires_at <= now + LONGEST:
        text = _("A token expires within a year; give a day between tomorrow and a year from now.")
        problems.append(Problem("bad_expiry", text, "expires_at"))
    return problems
