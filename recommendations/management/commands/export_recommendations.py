"""Write the register, as of now or of an earlier day, to a file or to the standard output."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.exchange import manifest, workbook
from recommendations.exchange.export import Tally
from recommendations.exchange.manifest import Asked
from recommendations.models.person import REGISTER
from recommendations.rules import moments, selection
from recommendations.rules.errors import Invalid
from recommendations.rules.vocabulary import SCALES

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`export_recommendations --format csv|xlsx|json|ndjson [--as-of D] [--filter QUERY] [--scale S] [--public] [--output FILE]`."""

    help = (
        "Exports all recommendations that are not withdrawn, with internal ones among them unless --public is given. "
        "With --output, FILE.manifest.json says of which moment the file is, how many rows it has, and its SHA-256."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--format", choices=manifest.FORMS, required=True)
        parser.add_argument(
            "--as-of", metavar="D", help="a day (its end in UTC), or a time with its offset, that has passed"
        )
        parser.add_argument(
            "--filter", metavar="QUERY", default="", help="as in the list's address: status=partly,mostly"
        )
        parser.add_argument("--scale", choices=SCALES, help="also the ratings in the words of another body's scale")
        parser.add_argument("--public", action="store_true", help="only what strangers see")
        parser.add_argument("--output", metavar="FILE", type=Path, help="a file in the place of the standard output")

    def handle(self, *, format: str, output: Path | None, **options: Any) -> None:  # noqa: A002 - the option's name
        """Write it."""
        asked = _asked(**options)
        if output is not None:
            _save(asked, format, output)
        elif format == "xlsx":
            raise CommandError(_("A workbook goes into a file: name it with --output."))
        else:
            for piece in asked.pieces(format, Tally()):
                self.stdout.write(piece.decode(), ending="")


def _asked(*, as_of: str | None, filter: str, scale: str | None, public: bool, **_options: Any) -> Asked:  # noqa: A002 - the option's name
    now = timezone.now()
    try:
        found = moments.parse([] if as_of is None else [as_of], now=now, zone=dt.UTC)
        wanted = selection.parse(parse_qs(filter, keep_blank_values=True))
    except Invalid as refused:
        raise CommandError("\n".join(str(problem.detail) for problem in refused.problems)) from None
    today, moment = (found.day, found.moment) if found else (now.date(), None)
    return Asked(wanted, None if public else REGISTER, today=today, now=now, moment=moment, scale=scale)


def _save(asked: Asked, form: str, output: Path) -> None:
    """Write a file and what it is beside it."""
    tally = Tally()
    try:
        with output.open("wb") as file:
            if form == "xlsx":
                made, tally = workbook.write(asked)
                file.writelines(workbook.pieces(made))
            else:
                file.writelines(asked.pieces(form, tally))
        said = {"file": output.name, **manifest.manifest(asked, form, tally)}
        output.with_name(f"{output.name}.manifest.json").write_bytes(
            orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
    except OSError as wrong:
        text = _("%(path)s cannot be written: %(reason)s.")
        raise CommandError(text % {"path": output, "reason": wrong.strerror}) from None
    except Invalid as refused:
        raise CommandError(str(refused.problems[0].detail)) from None
