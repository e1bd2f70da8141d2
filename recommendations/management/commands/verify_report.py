"""Check that a publication that somebody kept is what was published, and that history still says the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from recommendations.management.files import content_of
from recommendations.reports import checking

if TYPE_CHECKING:
    from argparse import ArgumentParser

LARGEST: Final = 100_000_000  # bytes of a publication


class Command(BaseCommand):
    """`verify_report FILE [--format json]`; exit status 0 only if all is well."""

    help = (
        "Checks a publication (its JSON file, or its manifest): the hashes of its parts, that the register publishes these"
        " very bytes and history recorded their hash, that the head of history it names is the published one, and that"
        " history says the same when it is asked again. Tells what differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the option."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, file: Path, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Print what was found."""
        try:
            uuid, faults = checking.check(content_of(file, largest=LARGEST))
        except checking.NotAReport as wrong:
            raise CommandError(str(wrong)) from None
        if format == "json":
            said = {"id": uuid, "is_whole": not faults, "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            for fault in faults:
                self.stdout.write(f"{fault.where}: {fault.detail}")
        if faults:
            raise CommandError(_("Not all is well with this publication."), returncode=1)
        if format == "text":
            text = _("All is well: the register publishes this file, and its history says the same.")
            self.stdout.write(self.style.SUCCESS(text))
