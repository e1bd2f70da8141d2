"""Doors for beat and workers: each wakes something that PostgreSQL remembers anyway."""

from __future__ import annotations

import datetime as dt
from typing import Final

from celery import shared_task
from django.utils import timezone

from recommendations.actions import audit, forgetting, head, idempotency, pace, session
from recommendations.archive import rounds as readings
from recommendations.digests import rounds
from recommendations.digests.returned import rounds as returns
from recommendations.exchange.incoming import rounds as imports
from recommendations.hooks import rounds as callings
from recommendations.hooks.post import Caller

LONGEST: Final = 50.0  # seconds; the next beat goes on


@shared_task
def send_digests() -> None:
    """Send the digests that are due. Harmless when doubled, repeated or lost."""
    rounds.run(longest=LONGEST)


@shared_task
def process_bounces() -> None:
    """Read the mailbox of bounces, where there is one. Harmless when doubled, repeated or lost."""
    returns.run_if_set()


@shared_task
def measure_pace() -> None:
    """Measure how long items are usually silent. Harmless when doubled, repeated or lost: the next day does it again."""
    pace.measure(timezone.now())


@shared_task
def publish_head() -> None:
    """Publish the head of yesterday's history, unless it is."""
    now = timezone.now()
    head.publish(now.date() - dt.timedelta(days=1), now=now)


@shared_task
def verify_history() -> None:
    """Look over all of history, once a day, and keep the verdict."""
    audit.audit_daily(now=timezone.now())


@shared_task
def forget_answers() -> None:
    """Forget what was answered to repeatable writes, a day later. Harmless when doubled, repeated or lost."""
    idempotency.forget(timezone.now())


@shared_task
def forget_visitors() -> None:
    """Forget wishes that nobody confirmed, and addresses of digests that ended. Harmless when doubled, repeated or lost."""
    forgetting.forget(timezone.now())


@shared_task
def forget_sessions() -> None:
    """Forget sessions that ran out. Harmless when doubled, repeated or lost."""
    session.forget(timezone.now())


@shared_task
def check_evidence() -> None:
    """Read the links that are due. Harmless when doubled, repeated or lost."""
    readings.run(readings.usual(), longest=LONGEST)


@shared_task
def run_imports() -> None:
    """Read, apply and undo the tables that wait. Harmless when doubled, repeated or lost."""
    imports.run(longest=LONGEST)


@shared_task
def send_calls() -> None:
    """Make the calls to webhooks that are due. Harmless when doubled, repeated or lost."""
    callings.run(Caller(), longest=LONGEST)
