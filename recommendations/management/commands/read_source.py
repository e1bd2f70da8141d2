"""`manage.py read_source`: read a source's text in and find its passages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.actions import source
from recommendations.management.files import content_of
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Refused
from recommendations.texts import decoding

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from recommendations.actions.anchor import Anchored
    from recommendations.actions.source import ReadIn


class Command(BaseCommand):
    """Exit status 0 when every passage has its place; 1 when some are lost (the text is kept), or nothing was read."""

    help = (
        "Read FILE (plain text or HTML, UTF-8) in as the newest text of a source, and find every passage in it:"
        " anchored, moved, altered or lost. The same text again changes nothing. When a passage is lost the text is kept"
        " all the same, and the exit status is 1, so that somebody looks."
    )

    requires_migrations_checks = True  # says so before a missing table does

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and the source."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the text of the source")
        parser.add_argument("--slug", required=True, help="the source's short name, for example sutyrin-2019")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print what was found")

    def handle(self, *, file: Path, slug: str, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Read the file in; say what was found."""
        content = content_of(file, largest=decoding.LARGEST)
        try:
            done = source.read_in(slug, content, actor=REGISTER, now=timezone.now())
        except Refused as refused:
            raise CommandError("\n".join(str(problem.detail) for problem in refused.problems)) from None
        if format == "json":
            self.stdout.write(json.dumps(_plain(done), ensure_ascii=False, indent=2))
        else:
            self._tell(done)
        lost = sum(found.anchor.start is None for found in done.anchored)
        if lost:
            text = ngettext(
                "%(count)d passage is lost. The text was kept; correct the passage's first and last words.",
                "%(count)d passages are lost. The text was kept; correct their first and last words.",
                lost,
            )
            raise CommandError(text % {"count": lost})

    def _tell(self, done: ReadIn) -> None:
        snapshot = done.snapshot
        text = (
            _("Read in as snapshot %(number)d: %(paragraphs)d paragraphs, SHA-256 %(sha256)s.")
            if done.is_new
            else _("This text is snapshot %(number)d already: %(paragraphs)d paragraphs, SHA-256 %(sha256)s.")
        )
        self.stdout.write(
            text % {"number": snapshot.number, "paragraphs": len(snapshot.paragraphs), "sha256": snapshot.sha256}
        )
        for found in done.anchored:
            anchor = found.anchor
            line = f"{found.passage.recommendation.reference:<8} {anchor.state:<9}"
            if anchor.start is not None:
                line += f" ¶{anchor.paragraph:<4} {anchor.start}–{anchor.end}  {_quote(anchor.exact)}"
            if anchor.state == "altered":
                line += f"  ({anchor.similarity:.0%})"
            self.stdout.write(f"{line} {found.detail}".rstrip())


def _quote(exact: str) -> str:
    words = " ".join(exact.split())
    return f"“{words}”" if len(words) <= 60 else f"“{words[:40]} … {words[-16:]}”"  # noqa: PLR2004 - fits a terminal's line


def _plain(done: ReadIn) -> dict[str, Any]:
    snapshot = done.snapshot
    return {
        "source": snapshot.source.slug,
        "snapshot": snapshot.number,
        "is_new": done.is_new,
        "sha256": snapshot.sha256,
        "media_type": snapshot.media_type,
        "paragraphs": snapshot.paragraphs,
        "passages": [_plain_passage(found) for found in done.anchored],
    }


def _plain_passage(found: Anchored) -> dict[str, Any]:
    anchor = found.anchor
    return {
        "recommendation": found.passage.recommendation.reference,
        "position": found.passage.position,
        "state": anchor.state,
        "similarity": anchor.similarity,
        "paragraph": anchor.paragraph,
        "start": anchor.start,
        "end": anchor.end,
        "exact": anchor.exact,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
        "detail": found.detail,
    }
