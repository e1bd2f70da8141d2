"""Publish the head of a day's history, and save all heads as a file to be kept elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import head
from recommendations.models.head import as_plain, published
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`publish_head [--day DATE] [--file FILE] [--format json]`; the worker does the same every day."""

    help = (
        "Publishes the head of a day (yesterday): the number of all events so far, and one hash that all of them go"
        " into. With --file all heads are saved as heads.json, for `verify_history --against`. A second time changes"
        " nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--day", metavar="DATE", help="which day, in UTC; without it yesterday")
        parser.add_argument("--file", metavar="FILE", type=Path, help="save all heads here; keep it somewhere else")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, day: str | None, file: Path | None, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Publish, save, say."""
        now = timezone.now()
        try:
            made = head.publish(_day(day) if day else now.date() - dt.timedelta(days=1), now=now)
        except Refused as refused:
            raise CommandError(" ".join(str(problem.detail) for problem in refused.problems)) from None
        if file:
            _save(file, json.dumps(published(), indent=1))
        if format == "json":
            self.stdout.write(json.dumps(as_plain(made)))
        else:
            text = _("%(day)s: %(events)s events, root %(root)s")
            self.stdout.write(text % {"day": made.day.isoformat(), "events": made.events, "root": made.root})


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise CommandError(_("“%(day)s” is not a date; write it like 2026-11-24.") % {"day": said}) from None


def _save(file: Path, content: str) -> None:
    try:
        file.write_text(content + "\n", encoding="utf-8")
    except OSError as wrong:
        text = _("%(path)s cannot be written: %(reason)s.")
        raise CommandError(text % {"path": file, "reason": wrong.strerror}) from None
