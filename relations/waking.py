"""Waking a worker after what is being done now is written. With the broker gone nothing is lost: beat's next poll does the same."""

from contextlib import suppress

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

LATE = 55  # seconds; then the next poll is as good


def wake(task: str) -> None:
    """Have a task run soon, by its name."""

    def send() -> None:
        with suppress(OperationalError):
            current_app.send_task(task, expires=LATE, retry=False, ignore_result=True)

    transaction.on_commit(send, robust=True)
