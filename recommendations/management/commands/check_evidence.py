"""`manage.py check_evidence`: read cited links, without Celery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from recommendations.archive import claim, rounds
from recommendations.models import Evidence
from recommendations.models.clock import clock
from recommendations.rules import links
from recommendations.rules.capture import DETAILS, Outcome

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.archive.fetch import Fetcher
    from recommendations.archive.rounds import Read, Round


class Command(BaseCommand):
    """`check_evidence [--due] [--evidence UUID] [--format json]`; exit status 0 only if no link is lost or left unread."""

    help = (
        "Reads the links that are cited as evidence and keeps what they say: all of them, or with --due only those"
        " whose turn it is (beat and workers do that every minute). Each host is asked once in ten seconds at most, so"
        " many links to one host take their time. Ctrl-C loses nothing."
    )

    def __init__(self, *args: Any, fetcher: Fetcher | None = None, **options: Any) -> None:
        """Take the fetcher; tests give one that leads to a server of theirs."""
        super().__init__(*args, **options)
        self.fetcher = fetcher or rounds.usual()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--due", action="store_true", help="only links whose turn it is")
        parser.add_argument("--evidence", metavar="UUID", type=_uuid, help="only the link of this piece, now")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, due: bool, evidence: UUID | None, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Read, say what came of it."""
        if evidence:
            _need_link(evidence)
        if not due:
            claim.watch_all(clock())
            claim.hurry(evidence)
        self.is_quiet = format == "json"
        done = rounds.run(self.fetcher, only=evidence, told=self._progress)
        if self.is_quiet:
            self.stdout.write(json.dumps(done.as_json(), ensure_ascii=False))
        else:
            self._say(done)
        if not done.is_well:
            raise CommandError(_("Not every link is well; see /recommendations/?evidence=lost."), returncode=1)

    def _progress(self, read: Read, left: int) -> None:
        if self.is_quiet:
            return
        reading = read.reading
        why = f" ({DETAILS[reading.detail]})" if reading.detail in DETAILS else ""
        said = f"{Outcome(reading.outcome).label}{why}"
        remaining = _("left: %d") % left
        self.stdout.write(f"{read.claim.reference:<8} {said}  {read.claim.url}  [{remaining}]")

    def _say(self, done: Round) -> None:
        counts = ", ".join(f"{name} {count}" for name, count in done.outcomes.items())
        self.stdout.write(_("Links read: %(count)d. %(outcomes)s") % {"count": len(done.reads), "outcomes": counts})
        if done.postponed or done.failed:
            text = _(
                "Postponed, as they lead to a host that was busy: %(postponed)d. Not read by a mistake of ours: %(failed)d."
            )
            self.stdout.write(self.style.WARNING(text % {"postponed": done.postponed, "failed": done.failed}))


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        text = _("--evidence: “%(value)s” is not an id; ids are like 0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f.")
        raise CommandError(text % {"value": value[:60]}) from None


def _need_link(uuid: UUID) -> None:
    piece = Evidence.objects.filter(uuid=uuid).first()
    if piece is None:
        raise CommandError(_("There is no such piece of evidence."))
    if not piece.url or not piece.is_standing or links.is_example(links.host_of(piece.url)):
        raise CommandError(_("There is nothing to read: it is a file, it was retracted, or its address is an example."))
