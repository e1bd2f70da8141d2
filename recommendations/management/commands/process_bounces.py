"""Read what came back of the digests, and send no more to addresses that cannot be reached or do not want them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from recommendations.digests.returned import rounds
from recommendations.digests.returned.mailboxes import STANDARD_INPUT, Unreachable
from recommendations.management import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.digests.returned.rounds import Round

LATER: Final = 75  # EX_TEMPFAIL of sysexits.h: a mail server that pipes a message to us tries it again


class Command(BaseCommand):
    """`process_bounces [MAILBOX] [--dry-run] [--format json]`; exit status 0 only if nothing is left for a person."""

    help = (
        "Reads reports of delivery, complaints and automatic answers. A digest that came back is marked; an address that does"
        " not exist, or whose reader complained, gets no more. The worker does the same every hour with BOUNCE_MAILBOX."
        " The same message twice counts once, so run it as often as you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "mailbox",
            nargs="?",
            metavar="MAILBOX",
            help="a mailbox file (mbox), a maildir, a file with one message, - for one message on standard input, or"
            " imaps://user:password@host/INBOX?move=Handled; others on this machine can read what is typed here, so an"
            " address with a password is better kept in BOUNCE_MAILBOX, which is what is read when this is left out",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would follow from each message by itself; change nothing"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, mailbox: str | None, dry_run: bool, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Read the mailbox."""
        address = mailbox or settings.BOUNCE_MAILBOX
        if not address:
            raise CommandError(_("Name a mailbox, or set BOUNCE_MAILBOX."), returncode=1)
        try:
            with rounds.opened(address) as box:
                done = rounds.run(box, dry_run=dry_run, progress=progress.bar(self.stderr))
        except Unreachable as reason:
            text = _("The mailbox cannot be read: %(reason)s") % {"reason": reason}
            raise CommandError(text, returncode=1) from None
        except OperationalError:
            if address != STANDARD_INPUT:
                raise
            raise CommandError(_("The database does not answer; try again later."), returncode=LATER) from None
        if format == "json":
            self.stdout.write(json.dumps({"dry_run": dry_run, **done.as_json()}))
        else:
            self._say(done, dry_run=dry_run)
        if not done.is_well:
            raise CommandError(_("Some messages cannot be read; look at them yourself."), returncode=1)

    def _say(self, done: Round, *, dry_run: bool) -> None:
        for name, count in done.as_json().items():
            if name not in {"unreadable", "is_well"} and (count or name == "messages"):
                self.stdout.write(f"{name}: {count}")
        for number, reason in done.unreadable.items():
            text = _("Message %(number)d cannot be read: %(reason)s") % {"number": number, "reason": reason}
            self.stdout.write(self.style.WARNING(text))
        if dry_run:
            self.stdout.write(_("This was a trial: nothing was written."))
