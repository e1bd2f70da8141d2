"""Publish what the register said as of a day, frozen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions.report import Heading
from recommendations.models.person import REGISTER
from recommendations.reports import publication
from recommendations.reports.publication import Wish
from recommendations.rules.errors import Refused
from recommendations.rules.publication import USUAL, Column, Entries, Section

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.models import Report


class Command(BaseCommand):
    """`publish_report NAME --as-of D [--since D] [--filter QUERY] [--entries E] [--output FILE] [--format json]`."""

    help = (
        "Composes what strangers could see of the register as of a moment, and publishes it on /reports/, where nobody can"
        " change it any more. A newer publication of the same name takes the place of an older one; both stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the name and the options."""
        parser.add_argument("name", metavar="NAME", help="what it is called")
        parser.add_argument(
            "--as-of", metavar="D", required=True, help="a day (its end in UTC), or a time with its offset"
        )
        parser.add_argument("--title-en", default="", help="without one, the name")
        parser.add_argument("--title-ru", default="")
        parser.add_argument("--since", metavar="D", default="", help="also tell what changed since that earlier day")
        parser.add_argument("--filter", metavar="QUERY", default="", help="as in the list's address: theme=economy")
        parser.add_argument("--section", dest="sections", action="append", choices=Section.values, help="only these")
        parser.add_argument("--entries", choices=Entries.values, default=Entries.TABLE.value)
        parser.add_argument("--column", dest="columns", action="append", choices=Column.values, help="only these")
        parser.add_argument("--output", metavar="FILE", type=Path, help="also save the published file here")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, name: str, output: Path | None, format: str, **options: Any) -> None:  # noqa: A002 - the option's name
        """Publish, save, say."""
        heading = Heading(name, options["title_en"], options["title_ru"])
        wish = Wish(
            **{name: options[name] for name in ("as_of", "since", "filter", "entries")},
            sections=tuple(options["sections"] or Section.values),
            columns=tuple(options["columns"] or USUAL),
        )
        try:
            made = publication.publish(wish, heading, actor=REGISTER, now=timezone.now())
        except Refused as refused:
            raise CommandError("\n".join(str(problem.detail) for problem in refused.problems)) from None
        if output:
            _save(output, made.content)
        said = _said(made)
        self.stdout.write(json.dumps(said) if format == "json" else f"{said['url']}\nSHA-256 {said['sha256']}")


def _said(made: Report) -> dict[str, Any]:
    manifest = made.said["manifest"]
    return {
        "id": str(made.uuid),
        "name": made.name,
        "url": f"{settings.PUBLIC_URL}{reverse('report', args=[made.uuid])}",
        "as_of": manifest["as_of"],
        "rows": manifest["rows"],
        "sha256": made.sha256,
    }


def _save(file: Path, content: str) -> None:
    try:
        file.write_bytes(content.encode())
    except OSError as wrong:
        text = _("%(path)s cannot be written: %(reason)s.")
        raise CommandError(text % {"path": file, "reason": wrong.strerror}) from None
