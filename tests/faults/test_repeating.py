"""kill -9 of the web server in the middle of a write: sent again under its Idempotency-Key, it has exactly one effect."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from recommendations.actions import token
from recommendations.models import Event, IdempotencyKey, Milestone
from recommendations.rules.access import Role
from tests.factories import PersonFactory, RecommendationFactory
from tests.fuzz.server import ROOT, free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.uncounted]
ADDRESS = "/api/v1/recommendations/T-900/milestones/"
BODY = json.dumps({"title": "A draft"})


def database():
    """The address of the test's own database."""
    at = connection.settings_dict
    who = quote(at["USER"], safe="") + (f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else "")
    sockets = at["OPTIONS"].get("host")
    if sockets:
        return f"postgres://{who}@/{at['NAME']}?host={sockets}"
    return f"postgres://{who}@{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}/{at['NAME']}"


class Web:
    """A gunicorn that can be killed with all its workers."""

    def __init__(self, settings):
        self.port = free_port()
        places = {"DATABASE_URL": database(), "REDIS_URL": settings.CACHES["default"]["LOCATION"]}
        said = {"DJANGO_SETTINGS_MODULE": "tests.fuzz.settings", "PORT": str(self.port), "WEB_WORKERS": "1"}
        removed = {"DATABASE_OWNER_URL", "BIND", "PUBLIC_URL", "RELATIONS_HOME"}
        kept = {name: value for name, value in os.environ.items() if name not in removed}
        self.environment = {**kept, **places, **said, "SECRET_KEY": "of this test alone, " * 4, "LOG_LEVEL": "ERROR"}
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "-c", "python:relations.serving", "relations.wsgi"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5)
                return
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def send(self, key, name="k"):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        line.request("POST", ADDRESS, BODY, {**headers, **({"Idempotency-Key": name} if name else {})})
        return line

    def answer(self, key, name="k"):
        answer = self.send(key, name).getresponse()
        return answer.status, answer.headers.get("Idempotency-Replayed"), json.loads(answer.read())


@pytest.fixture
def web(settings):
    web = Web(settings)
    web.start()
    yield web
    web.kill()


@pytest.fixture
def key():
    RecommendationFactory(reference="T-900")
    return token.issue("test", scope="write", actor=PersonFactory(role=Role.STEWARD), now=timezone.now())[1]


def until(true):
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def waiting():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def effects():
    return Milestone.objects.count(), Event.objects.filter(verb="milestone_set").count()


def test_killed_before_the_act_was_written(web, key):
    with psycopg.connect(database()) as holder:
        holder.execute("SELECT FROM recommendations_recommendation WHERE reference = 'T-900' FOR UPDATE")
        line = web.send(key)
        until(waiting)
        web.kill()
    with pytest.raises((OSError, http.client.HTTPException)):
        line.getresponse()
    until(lambda: not waiting())
    web.start()
    assert web.answer(key)[:2] == (201, None)
    assert effects() == (1, 1)


def test_killed_after_the_act_was_written(web, key):
    web.send(key)  # nobody reads the answer
    until(IdempotencyKey.objects.exclude(status=0).exists)
    web.kill()
    web.start()
    status, replayed, made = web.answer(key)
    assert (status, replayed) == (201, "true")
    assert made["id"] == str(Milestone.objects.get().uuid)
    assert effects() == (1, 1)


def test_without_a_key_it_happens_twice(web, key):
    """The negative control."""
    web.send(key, "")
    until(Milestone.objects.exists)
    web.kill()
    web.start()
    assert web.answer(key, "")[0] == 201
    assert effects() == (2, 2)


@pytest.mark.parametrize("pause", [0, 0.01, 0.02, 0.05])
def test_killed_at_any_moment(web, key, pause):
    web.send(key)
    time.sleep(pause)
    web.kill()
    web.start()
    assert web.answer(key)[0] == 201
    assert effects() == (1, 1)
