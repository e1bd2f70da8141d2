"""Check that nothing in history was altered, removed or put in between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.management import noted, progress
from recommendations.models.verification import as_plain, verify

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.models.verification import Verdict


class Command(BaseCommand):
    """`verify_history [--against FILE] [--since HASH] [--format json]`; exit status 0 only if history is whole."""

    help = (
        "Recomputes the hash chain of all events and the published heads, compares the kept versions with the tables,"
        " and names whatever does not fit. With a heads.json that was saved earlier it also finds what only the owner of"
        " the database can do: a history written anew, or cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--against", metavar="FILE", type=Path, help="a heads.json saved earlier, elsewhere")
        parser.add_argument(
            "--since", metavar="HASH", help="only events after the one with this hash, which must exist"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, since: str | None, against: Path | None, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Print the verdict."""
        verdict = verify(since, noted=noted.read(against) if against else (), progress=progress.bar(self.stderr))
        if format == "json":
            self.stdout.write(json.dumps(as_plain(verdict)))
        else:
            self._say(verdict)
        if not verdict.is_whole:
            raise CommandError(_("History is broken."), returncode=1)

    def _say(self, verdict: Verdict) -> None:
        for fault in verdict.breaks:
            where = "/".join(part for part in (fault.subject, fault.subject_key) if part)
            number = f" #{fault.sequence}" if fault.sequence else ""
            self.stdout.write(f"{where}{number}: {fault.fault.label}")
        counted = {"events": verdict.events, "chains": verdict.chains, "heads": verdict.heads, "kept": verdict.versions}
        text = ngettext(
            "%(events)s event in %(chains)s chains", "%(events)s events in %(chains)s chains", verdict.events
        )
        self.stdout.write(text % counted)
        self.stdout.write(_("Published heads: %(heads)s. Kept versions of rows: %(kept)s.") % counted)
        if verdict.is_whole:
            self.stdout.write(self.style.SUCCESS(_("History is whole: every event follows from the one before it.")))
