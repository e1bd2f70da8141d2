"""Measure how long recommendations of each instrument are usually silent: what *stalled* is told by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from recommendations.actions import pace
from recommendations.models import Pace
from recommendations.rules.vocabulary import Instrument

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`measure_pace [--format json]`; a second time changes nothing."""

    help = (
        "Counts, for each instrument, the gaps between days on which something was heard of its public recommendations,"
        " and what nine in ten of them have at most. Runs daily by itself; by hand after history was restored or loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *, format: str, **_options: Any) -> None:  # noqa: A002 - the option's name
        """Measure, and print what holds now."""
        pace.measure(timezone.now())
        paces = [(one.instrument, one.gaps, one.ninth_decile.days) for one in Pace.objects.order_by("instrument")]
        if format == "json":
            names = ("instrument", "gaps", "ninth_decile_days")
            self.stdout.write(json.dumps([dict(zip(names, each, strict=True)) for each in paces]))
            return
        for instrument, gaps, days in paces:
            text = ngettext(
                "%(instrument)s: nine in ten of %(gaps)s gaps have at most %(days)s day",
                "%(instrument)s: nine in ten of %(gaps)s gaps have at most %(days)s days",
                days,
            )
            self.stdout.write(text % {"instrument": Instrument(instrument).label, "gaps": gaps, "days": days})
