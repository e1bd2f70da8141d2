"""Check that nothing in history was altered, removed or put in between."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.models.verification import Fault, verify

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.models.verification import Verdict


class Command(BaseCommand):
    """`verify_history [--since HASH] [--format json]`; exit status 0 only if history is whole."""

    help = "Recomputes the hash chain of all events and names each event that does not follow from the one before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--since", metavar="HASH", help="only events after the one with this hash, which must exist"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, since: str | None, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Print the verdict."""
        verdict = verify(since)
        if format == "json":
            self.stdout.write(json.dumps({**asdict(verdict), "is_whole": verdict.is_whole}))
        else:
            self._say(verdict)
        if not verdict.is_whole:
            raise CommandError(_("History is broken."), returncode=1)

    def _say(self, verdict: Verdict) -> None:
        for fault in verdict.breaks:
            where = f"{fault.subject}/{fault.subject_key} #{fault.sequence}" if fault.subject else fault.subject_key
            self.stdout.write(f"{where}: {Fault(fault.fault).label}")
        text = ngettext(
            "%(events)s event in %(chains)s chains", "%(events)s events in %(chains)s chains", verdict.events
        )
        self.stdout.write(text % {"events": verdict.events, "chains": verdict.chains})
        if verdict.is_whole:
            self.stdout.write(self.style.SUCCESS(_("History is whole: every event follows from the one before it.")))
