"""`manage.py send_calls`: makes the calls that are due, says so, and exits with 0 only if all is well."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from recommendations import tasks
from recommendations.actions import calling, webhook
from recommendations.management.commands.send_calls import Command
from recommendations.models import Call
from relations.celery import app
from tests.archive.conftest import web  # noqa: F401 - a fixture
from tests.factories import NOW
from tests.hooks.test_calls import URL, caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(carol):
    made, _secret = webhook.register(webhook.Wish("t", URL), actor=carol, now=NOW)
    webhook.try_out(made.uuid, actor=carol, now=NOW)


def run(web, *arguments):  # noqa: F811
    out = io.StringIO()
    call_command(Command(caller=caller(web), lines=1), *arguments, stdout=out)
    return out.getvalue()


def test_all_is_well(web, planned):  # noqa: F811
    web.page("hook.org/in")
    assert run(web) == "sent: 1\nwaiting: 0\n"
    assert json.loads(run(web, "--format", "json")) == {
        "sent": 0, "postponed": 0, "failed": 0, "dropped": 0, "lost": 0, "waiting": 0, "is_well": True,
    }  # fmt: skip


def test_not_all_is_well(web, planned):  # noqa: F811
    web.page("hook.org/in", status=500)
    with pytest.raises(CommandError) as refused:
        run(web, "--format", "json")
    assert refused.value.returncode == 1
    assert Call.objects.get().state == "failed"


def test_beat_names_the_task_and_its_queue(settings, monkeypatch):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE["send-calls"]
    assert entry["task"] == tasks.send_calls.name == calling.TASK
    assert settings.CELERY_TASK_ROUTES[calling.TASK] == {"queue": "hooks"}
    asked = []
    monkeypatch.setattr("recommendations.hooks.rounds.run", lambda *_said, **more: asked.append(more))
    tasks.send_calls()
    assert asked == [{"longest": tasks.LONGEST}]


def test_an_event_wakes_the_workers_and_nothing_does_without_a_webhook(planned, item, carol, django_capture_on_commit_callbacks):  # fmt: skip
    from recommendations.actions import comment

    with app.connection_for_read() as broker:
        box = broker.SimpleQueue("hooks")
        box.clear()
        with django_capture_on_commit_callbacks(execute=True):
            comment.write(item.reference, "Seen.", actor=carol, now=NOW)
        assert box.get(timeout=5).headers["task"] == calling.TASK
        webhook.end(Call.objects.first().webhook.uuid, actor=Call.objects.first().webhook.person, now=NOW)
        with django_capture_on_commit_callbacks() as waiting:
            comment.write(item.reference, "Seen.", actor=carol, now=NOW)
        assert waiting == []
        box.close()
