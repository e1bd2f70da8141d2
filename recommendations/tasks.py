"""Doors for beat and workers: each wakes something that PostgreSQL remembers anyway."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from recommendations.archive import rounds as readings
from recommendations.digests import rounds

LONGEST: Final = 50.0  # seconds; the next beat goes on


@shared_task
def send_digests() -> None:
    """Send the digests that are due. Harmless when doubled, repeated or lost."""
    rounds.run(longest=LONGEST)


@shared_task
def check_evidence() -> None:
    """Read the links that are due. Harmless when doubled, repeated or lost."""
    readings.run(readings.usual(), longest=LONGEST)
