"""`manage.py load_catalogue`: bring the register to what a catalogue says."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

import recommendations
from recommendations.actions import catalogue
from recommendations.actions.catalogue import Catalogue, Outcome, Result
from recommendations.exchange import catalogue as catalogue_file
from recommendations.exchange import lines
from recommendations.management.files import content_of
from recommendations.models import Theme
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    import datetime as dt

    from django.core.management.base import CommandParser

OWN: Final = Path(recommendations.__file__).parent / "catalogue"
_LONGEST: Final = 100


class Command(BaseCommand):
    """Prints one line for each thing that was created, updated or left alone; exit status 0 when nothing went wrong."""

    help = (
        "Load themes, a source, recommendations and indicators from a YAML file (without FILE: the register's own"
        " catalogue). A second time changes nothing. What people have edited since is left alone and shown."
        " The format is described in docs/sources.md."
    )

    requires_migrations_checks = True  # says so before a missing table does
    stealth_options = ("now",)  # for `seed_demo`, which begins in the past

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and the options."""
        parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="the catalogue to load")
        parser.add_argument("--overwrite", action="store_true", help="also replace what people have edited")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print what was done")

    def handle(
        self,
        *,
        file: Path | None,
        overwrite: bool,
        format: str,  # noqa: A002 - the option's name
        now: dt.datetime | None = None,
        **_options: Any,
    ) -> None:
        """Load the file, or all files of the register's own catalogue."""
        # Themes first: the other files refer to them.
        paths = [file] if file else sorted(OWN.glob("*.yaml"), key=lambda own: (own.stem != "themes", own.name))
        outcomes = _load(_read(paths), now=now or timezone.now(), overwrite=overwrite)
        if format == "json":
            told = [asdict(outcome) for outcome in outcomes]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        else:
            self._tell(outcomes)

    def _tell(self, outcomes: tuple[Outcome, ...]) -> None:
        for outcome in outcomes:
            if outcome.result is not Result.UNCHANGED:
                self.stdout.write(f"{outcome.result:<9} {outcome.subject} {outcome.key}")
            for difference in outcome.differences:
                self.stdout.write(f"    {difference.field}")
                self.stdout.write(f"      {'-' if difference.is_taken else '='} {_short(difference.register)}")
                self.stdout.write(f"      {'+' if difference.is_taken else '?'} {_short(difference.catalogue)}")
        counts = {result: sum(outcome.result is result for outcome in outcomes) for result in Result}
        text = _(
            "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(kept)d left as people edited them."
        )
        self.stdout.write(text % counts)
        if counts[Result.KEPT]:
            text = _(
                "“=” is what the register keeps, “?” what the catalogue says. To take the catalogue's: --overwrite."
            )
            self.stdout.write(text)


def _read(paths: list[Path]) -> Catalogue:
    themes, whole = set(Theme.objects.values_list("slug", flat=True)), Catalogue()
    for path in paths:
        content = content_of(path, largest=lines.LARGEST)
        try:
            part = catalogue_file.read(content, themes=themes)
        except lines.Wrong as wrong:
            raise CommandError(f"{path}:{wrong.line}: {wrong.detail}") from None
        themes |= {stated.key for stated in part.themes}
        whole = whole.joined(part)
    return whole


def _load(stated: Catalogue, *, now: dt.datetime, overwrite: bool) -> tuple[Outcome, ...]:
    try:
        return catalogue.load(stated, actor=REGISTER, now=now, overwrite=overwrite)
    except Refused as refused:
        problems = [f"{problem.field}: {problem.detail}" for problem in refused.problems]
        raise CommandError("\n".join(problems)) from None


def _short(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False, default=str) if not isinstance(value, str) else value
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
