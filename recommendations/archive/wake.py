"""Waking a worker that reads links; without one, or with the broker gone, the next minute's poll does the same."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

TASK: Final = "recommendations.tasks.check_evidence"


def wake() -> None:
    """Have what is due read at once, after what is being done now is written."""
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    with suppress(OperationalError):
        current_app.send_task(TASK, expires=55, retry=False, ignore_result=True)
