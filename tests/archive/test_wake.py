"""Waking the worker that reads links, and what beat and the worker's queue are told."""

import pytest
from django.test import Client

from recommendations import tasks
from recommendations.archive import rounds, wake
from recommendations.models import Capture
from relations.celery import app
from tests.web.test_evidence import ADD, LINK

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue():
    with app.connection_for_read() as broker:
        box = broker.SimpleQueue("archive")
        box.clear()
        yield box
        box.clear()
        box.close()


def test_a_new_link_wakes_the_worker_of_the_archive(queue, owned, alice, django_capture_on_commit_callbacks):
    client = Client()
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ADD, LINK).status_code == 302
    message = queue.get(timeout=5)
    assert message.headers["task"] == tasks.check_evidence.name == wake.TASK
    assert message.headers["expires"]


def test_a_broker_that_is_gone_harms_nobody(monkeypatch, django_capture_on_commit_callbacks):
    app.loader.import_default_modules()
    with app.connection_for_write("redis://127.0.0.1:1/0") as nobody:
        send = app.send_task
        monkeypatch.setattr(app, "send_task", lambda *args, **more: send(*args, connection=nobody, **more))
        with django_capture_on_commit_callbacks(execute=True):
            wake.wake()


def test_beat_names_the_task_and_its_queue(settings):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE["check-evidence"]
    assert entry["task"] == tasks.check_evidence.name == "recommendations.tasks.check_evidence"
    assert entry["task"] in app.tasks
    assert settings.CELERY_TASK_ROUTES[entry["task"]] == {"queue": "archive"}


def test_the_task_with_nothing_to_do_and_with_no_time(db, monkeypatch):
    tasks.check_evidence()
    assert not Capture.objects.exists()
    assert "register" in rounds.usual().agent or "http" in rounds.usual().agent
    assert rounds.run(rounds.usual(), longest=0).reads == []
