"""Make the calls to webhooks that are due, without Celery."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from recommendations.hooks import books, rounds
from recommendations.hooks.post import Caller
from recommendations.management import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`send_calls [--format json]`; exit status 0 only if every call that was due was accepted, or is not wanted any more."""

    help = (
        "Makes the calls to webhooks that are due; beat and workers do the same every minute. Run it as often as you"
        " like, also beside them: a webhook gets one call at a time. Ctrl-C loses nothing."
    )

    def __init__(self, *args: Any, caller: Caller | None = None, lines: int = rounds.LINES, **options: Any) -> None:
        """Take the caller; tests give one that leads to a server of theirs."""
        super().__init__(*args, **options)
        self.caller, self.lines = caller or Caller(), lines

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Make them, say what came of it."""
        done = self._run()
        if format == "json":
            self.stdout.write(json.dumps(done))
        else:
            for name, figure in done.items():
                if name != "is_well" and (figure or name in {"sent", "waiting"}):
                    self.stdout.write(f"{name}: {figure}")
        if not done["is_well"]:
            raise CommandError(
                _("Not every call was accepted; it is tried again, see docs/operations.md."), returncode=1
            )

    def _run(self) -> dict[str, Any]:
        due, made, draw = max(1, books.books().due), count(1), progress.bar(self.stderr)
        done = rounds.run(self.caller, lines=self.lines, told=lambda _way: draw(min(0.99, next(made) / due)))
        draw(1)
        return done
