"""Make, list and revoke keys for programs."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import token
from recommendations.models import Person, Token
from recommendations.models.person import REGISTER
from recommendations.models.token import TokenScope
from recommendations.rules import moments
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`token create --email E [--scope read|write] [--expires DATE] [--name N]`, `token list`, `token revoke ID`."""

    help = "Makes, lists and revokes keys for programs. A key is printed once, when it is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        doing = parser.add_subparsers(dest="doing", metavar="create|list|revoke", required=True)
        create = doing.add_parser("create", help="make a key and print it, this once")
        create.add_argument("--email", required=True, help="whose key it is")
        create.add_argument("--scope", choices=TokenScope.values, default=TokenScope.READ.value)
        create.add_argument("--expires", metavar="DATE", help="its last day, at most a year from now (90 days)")
        create.add_argument("--name", default="manage.py", help="to recognise it by")
        listing = doing.add_parser("list", help="list keys, without what opens anything")
        listing.add_argument("--email", help="of one person only")
        revoke = doing.add_parser("revoke", help="close a key for good")
        revoke.add_argument("id", help="its id, or its beginning as `token list` shows it")
        for one in (create, listing, revoke):
            one.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, doing: str, **options: Any) -> None:
        """Do it, or say why not."""
        try:
            {"create": self._create, "list": self._list, "revoke": self._revoke}[doing](options)
        except Refused as refused:
            raise CommandError(" ".join(str(problem.detail) for problem in refused.problems)) from None

    def _create(self, options: dict[str, Any]) -> None:
        person, expires_at = _person(options["email"]), _end_of(options["expires"])
        now = timezone.now()
        made, key = token.issue(options["name"], scope=options["scope"], actor=person, now=now, expires_at=expires_at)
        if options["format"] == "json":
            self.stdout.write(json.dumps({**_said(made), "key": key}))
            return
        self.stderr.write(_("Keep it now: it is not shown again. It opens until %(end)s.") % {"end": made.expires_at})
        self.stdout.write(key)

    def _list(self, options: dict[str, Any]) -> None:
        found = Token.objects.select_related("person").order_by("id")
        if options["email"]:
            found = found.filter(person=_person(options["email"]))
        for made in found:
            said = _said(made)
            self.stdout.write(json.dumps(said) if options["format"] == "json" else _line(said))

    def _revoke(self, options: dict[str, Any]) -> None:
        made = token.revoke(_identity(options["id"]), actor=REGISTER, now=timezone.now())
        self.stdout.write(json.dumps(_said(made)) if options["format"] == "json" else _line(_said(made)))


def _person(email: str) -> Person:
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(_("Nobody with the e-mail address %(email)s may sign in.") % {"email": email})
    return person


def _end_of(day: str | None) -> dt.datetime | None:
    """Return the last moment of a day, so that a key opens on the day that it is said to expire on."""
    if day is None:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(23, 59, 59), dt.UTC)
    except ValueError:
        text = _("“%(day)s” is not a date; write it like 2026-11-24.")
        raise CommandError(text % {"day": day}) from None


def _identity(said: str) -> UUID:
    """Find a key by its id, or by the beginning of it that people see."""
    try:
        return UUID(said)
    except ValueError:
        found = Token.objects.filter(prefix=said)[:2]
    if len(found) != 1:
        raise CommandError(_("There is no such token; `token list` shows all."))
    return found[0].uuid


def _said(made: Token) -> dict[str, Any]:
    times = {name: getattr(made, name) for name in ("created_at", "expires_at", "last_used_at", "revoked_at")}
    return {
        "id": str(made.uuid),
        "email": made.person.email,
        "name": made.name,
        "prefix": made.prefix,
        "scope": made.scope,
        **{name: at and moments.written(at) for name, at in times.items()},
    }


def _line(said: dict[str, Any]) -> str:
    state = "revoked" if said["revoked_at"] else f"until {said['expires_at']}"
    return "  ".join((said["id"], said["prefix"], said["scope"], state, said["email"], said["name"]))
