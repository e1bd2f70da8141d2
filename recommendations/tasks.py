"""Doors for beat and workers: each wakes something that PostgreSQL remembers anyway."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from recommendations.actions import pace
from recommendations.digests import rounds

LONGEST: Final = 50.0  # seconds; the next beat goes on


@shared_task
def send_digests() -> None:
    """Send the digests that are due. Harmless when doubled, repeated or lost."""
    rounds.run(longest=LONGEST)


@shared_task
def measure_pace() -> None:
    """Measure how long items are usually silent. Harmless when doubled, repeated or lost: the next day does it again."""
    pace.measure(timezone.now())
