"""Waking the worker that reads and applies tables, and what beat is told."""

import pytest
from django.utils import timezone

from recommendations import tasks
from recommendations.actions import importing
from recommendations.exchange.incoming import rounds, wake
from relations.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue():
    with app.connection_for_read() as broker:
        box = broker.SimpleQueue("celery")
        box.clear()
        yield box
        box.clear()
        box.close()


def test_a_large_table_wakes_a_worker(queue, carol, django_capture_on_commit_callbacks):
    made = importing.take("t.csv", b"reference\n" * 20_000, "csv", actor=carol, now=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        rounds.begin(made)
    message = queue.get(timeout=5)
    assert message.headers["task"] == tasks.run_imports.name == wake.TASK
    assert message.headers["expires"]


def test_a_broker_that_is_gone_harms_nobody(monkeypatch, django_capture_on_commit_callbacks):
    app.loader.import_default_modules()
    with app.connection_for_write("redis://127.0.0.1:1/0") as nobody:
        send = app.send_task
        monkeypatch.setattr(app, "send_task", lambda *args, **more: send(*args, connection=nobody, **more))
        with django_capture_on_commit_callbacks(execute=True):
            wake.wake()


def test_beat_names_the_task(settings):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE["run-imports"]
    assert entry["task"] == tasks.run_imports.name == wake.TASK
    assert entry["task"] in app.tasks


def test_the_task_with_nothing_to_do(db):
    tasks.run_imports()
    assert rounds.run() == 0
