"""Write the register, as of now or of an earlier day, to a file or to the standard output."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.exchange import export
from recommendations.models import Recommendation
from recommendations.models.person import REGISTER
from recommendations.rules import moments, selection
from recommendations.rules.errors import Invalid

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from recommendations.rules.moments import AsOf


class Command(BaseCommand):
    """`export_recommendations --format csv|json|ndjson [--as-of D] [--public] [--output FILE]`."""

    help = "Exports all recommendations that are not withdrawn, with internal ones among them unless --public is given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--format", choices=tuple(export.MEDIA_TYPES), required=True)
        parser.add_argument(
            "--as-of", metavar="D", help="a day (its end in UTC), or a time with its offset, that has passed"
        )
        parser.add_argument("--public", action="store_true", help="only what strangers see")
        parser.add_argument("--output", metavar="FILE", type=Path, help="a file in the place of the standard output")

    def handle(
        self,
        *,
        format: str,  # noqa: A002 - the option's name
        as_of: str | None,
        public: bool,
        output: Path | None,
        **_options: Any,
    ) -> None:
        """Write it."""
        pieces = _pieces(format, _moment(as_of), is_public=public)
        if output is None:
            for piece in pieces:
                self.stdout.write(piece.decode(), ending="")
            return
        try:
            with output.open("wb") as file:
                file.writelines(pieces)
        except OSError as wrong:
            text = _("%(path)s cannot be written: %(reason)s.")
            raise CommandError(text % {"path": output, "reason": wrong.strerror}) from None


def _moment(value: str | None) -> AsOf | None:
    try:
        return moments.parse([] if value is None else [value], now=timezone.now(), zone=dt.UTC)
    except Invalid as refused:
        raise CommandError(str(refused.problems[0].detail)) from None


def _pieces(form: str, as_of: AsOf | None, *, is_public: bool) -> Iterator[bytes]:
    reader = None if is_public else REGISTER
    today = as_of.day if as_of else timezone.now().date()
    items = Recommendation.objects.visible_to(reader).selected(selection.Selection(), person=reader, today=today)
    moment = as_of.moment if as_of else None
    return export.export(items, form, ordering="reference", reader=reader, today=today, moment=moment)
