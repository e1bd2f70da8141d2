"""Forget visitors whose digests nobody confirmed, or that ended a month ago."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import forgetting

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`forget_visitors [--format json]`; a second time changes nothing."""

    help = (
        "Deletes digests of visitors that nobody confirmed in a week, and takes the address and the texts out of those"
        " that ended 30 days ago. The worker does the same every night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Forget, and print how many."""
        done = forgetting.forget(timezone.now())
        if format == "json":
            self.stdout.write(json.dumps(done._asdict()))
            return
        self.stdout.write(_("Not confirmed, deleted: %d") % done.unconfirmed)
        self.stdout.write(_("Ended, address forgotten: %d") % done.ended)
