"""Waking a worker that reads and applies tables; without one, or with the broker gone, the next minute's poll does it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

TASK: Final = "recommendations.tasks.run_imports"


def wake() -> None:
    """Have what waits done at once, after what is being done now is written."""
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    with suppress(OperationalError):
        current_app.send_task(TASK, expires=55, retry=False, ignore_result=True)
