"""Send the digests that are due, without Celery."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from recommendations.digests import rounds

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable

    from recommendations.digests.rounds import Rehearsed, Round


class Command(BaseCommand):
    """`send_digests [--at TIME] [--dry-run] [--format json]`; exit status 0 only if nothing is left amiss."""

    help = (
        "Plans the digests whose period has ended, and sends them; beat and workers do the same every minute. "
        "Run it as often as you like, also beside them: each digest leaves once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--at",
            metavar="TIME",
            help="plan the periods that have ended by this time (2026-11-30T09:00Z; without a zone it is UTC) instead of "
            "now; with a time to come, the running period is closed early, once",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be planned; write and send nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, at: str | None, dry_run: bool, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Run one round, or rehearse it."""
        moment = _moment(at) if at else None
        if dry_run:
            self._rehearsed(rounds.rehearse(at=moment), format)
            return
        done = rounds.run(at=moment)
        if format == "json":
            self.stdout.write(json.dumps(done.as_json()))
        else:
            self._say(done)
        if not done.is_well:
            raise CommandError(
                _("Not every digest could be sent; see /digests/log/ and docs/digests.md."), returncode=1
            )

    def _say(self, done: Round) -> None:
        for name, count in done.as_json().items():
            if name not in {"books", "is_well"} and (count or name in {"planned", "sent"}):
                self.stdout.write(f"{name}: {count}")
        if done.books.uncertain:
            self.stdout.write(self.style.WARNING(_("Uncertain in all: %d") % done.books.uncertain))

    def _rehearsed(self, found: Iterable[Rehearsed], form: str) -> None:
        """Say it digest by digest: there may be more of them than memory should hold."""
        if form == "json":
            self.stdout.write('{"dry_run": true, "digests": [', ending="")
            for number, digest in enumerate(found):
                self.stdout.write(f"{', ' if number else ''}{json.dumps(_plain(digest))}", ending="")
            self.stdout.write("]}")
            return
        count = 0
        for count, digest in enumerate(found, start=1):  # noqa: B007 - the last number is told below
            start, end = digest.period.start, digest.period.end
            fate = _("skipped, too late") if digest.is_late else _("empty") if digest.is_empty else _("to be sent")
            self.stdout.write(
                f"{start:%Y-%m-%dT%H:%MZ} {end:%Y-%m-%dT%H:%MZ}  {digest.person or _('a visitor')}: {fate}"
            )
        self.stdout.write(_("%d digests would be planned; nothing was written.") % count)


def _plain(digest: Rehearsed) -> dict[str, Any]:
    return {
        "subscription": digest.subscription,
        "person": digest.person,
        "period_start": digest.period.start.isoformat(),
        "period_end": digest.period.end.isoformat(),
        "is_late": digest.is_late,
        "is_empty": digest.is_empty,
    }


def _moment(value: str) -> dt.datetime:
    try:
        moment = parse_datetime(value) or dt.datetime.combine(dt.date.fromisoformat(value), dt.time.min)
    except ValueError:
        text = _("--at: “%(value)s” is not a time; write it like 2026-11-30T09:00Z.")
        raise CommandError(text % {"value": value}) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
