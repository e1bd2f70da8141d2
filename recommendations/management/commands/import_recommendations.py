"""`manage.py import_recommendations`: read a table, show what it would do, do it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import importing
from recommendations.exchange.incoming import intake, rounds
from recommendations.exchange.incoming.headings import WRITTEN
from recommendations.management import progress
from recommendations.management.files import content_of
from recommendations.models import ImportRow, Person
from recommendations.models.importing import ImportState, RowOutcome
from recommendations.rules.access import Role
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from recommendations.models import Import

_TOLD: Final = (RowOutcome.ERROR, RowOutcome.CONFLICT, RowOutcome.CREATE, RowOutcome.UPDATE)
_MOST: Final = 200  # rows that are shown; all of them stand in the register


class Command(BaseCommand):
    """`import_recommendations FILE [--apply] [--only-good] [--as EMAIL] [--format text|json]`."""

    help = (
        "Reads a table (CSV, XLSX, ODS or JSON: an edited export, or a filled template) and shows what each row would do."
        " With --apply it is done, as one act that can be undone on the import's page. Exit status 0 only if every row"
        " is good."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the options."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--apply", action="store_true", help="write what the rows say, all or nothing")
        parser.add_argument(
            "--only-good", action="store_true", help="with --apply: leave wrong rows and conflicts aside"
        )
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", help="the steward who does it; may be left out if there is one"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(
        self,
        *,
        file: Path,
        apply: bool,
        only_good: bool,
        email: str | None,
        format: str,  # noqa: A002 - the option's name
        **_options: Any,
    ) -> None:
        """Read it, show it, do it."""
        actor = _steward(email)
        content = content_of(file, largest=intake.LARGEST)
        try:
            made = importing.take(file.name, content, intake.tell(content), actor=actor, now=timezone.now())
            self._do(made)
            if apply and made.state == ImportState.READ:
                importing.apply(made.uuid, only_good=only_good, actor=actor, now=timezone.now())
                self._do(made)
        except Refused as refused:
            raise CommandError("\n".join(str(problem.detail) for problem in refused.problems)) from None
        if format == "json":
            self.stdout.write(json.dumps(_as_json(made), ensure_ascii=False, indent=2))
        else:
            self._tell(made)
        bad = sum(made.counts.get(outcome, 0) for outcome in (RowOutcome.ERROR, RowOutcome.CONFLICT))
        if made.problems or (bad and not (apply and only_good)):
            raise CommandError(_("Not every row is good, see above."))

    def _do(self, made: Import) -> None:
        draw = progress.bar(self.stderr)
        rounds.run(only=made.uuid, heard=lambda done, total: draw(done / max(total, 1)))
        draw(1)
        made.refresh_from_db()

    def _tell(self, made: Import) -> None:
        for problem in made.problems:
            self.stdout.write(f"{made.file_name}: {problem['detail']}")
        rows = ImportRow.objects.filter(importing=made, outcome__in=_TOLD).order_by("number")
        for row in rows[:_MOST]:
            self.stdout.write(f"{row.number} {row.reference}: {row.get_outcome_display()}")
            for name in (one for one in WRITTEN if one in row.changes):
                before, after = map(_written, row.changes[name])
                self.stdout.write(f"    {name}: {before} → {after}")
            for problem in row.problems:
                self.stdout.write(f"    {problem['column']}: {problem['detail']}")
        counted = [
            f"{RowOutcome(name).label}: {made.counts[name]}" for name in RowOutcome.values if made.counts.get(name)
        ]
        self.stdout.write(f"{made.get_state_display()}. {', '.join(counted)}")


def _steward(email: str | None) -> Person:
    """Return who does it. Raises `CommandError`."""
    able = Person.objects.filter(is_active=True, role__in=(Role.STEWARD, Role.ADMINISTRATOR)).order_by("pk")
    found = list((able.filter(email__iexact=email) if email else able)[:2])
    if len(found) == 1:
        return found[0]
    if email:
        raise CommandError(_("There is no steward %(email)s.") % {"email": email})
    raise CommandError(_("Say who does it: --as EMAIL, of a steward."))


def _as_json(made: Import) -> dict[str, Any]:
    names = ("number", "reference", "outcome", "changes", "problems")
    rows = ImportRow.objects.filter(importing=made, outcome__in=_TOLD).order_by("number").values(*names)
    return {
        "import": str(made.uuid),
        "state": made.state,
        "counts": made.counts,
        "problems": made.problems,
        "rows": list(rows),
    }


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:100]
