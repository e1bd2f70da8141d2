"""Daily heads and audits: published once a day, whatever is being written meanwhile; told by page, file, health, metrics."""

import datetime as dt
import hashlib
import io
import json
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recommendations import tasks
from recommendations.actions import audit, event, head
from recommendations.models import Audit, Event, Head
from recommendations.models.event import Subject, Verb
from recommendations.models.person import REGISTER
from recommendations.reports import integrity
from recommendations.rules.errors import Unlawful
from relations.health import Unhealthy
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 1, 1)


def record(key="a"):
    return event.record(Verb.AMENDED, Subject.THEME, key, actor=REGISTER, now=NOW)


def test_a_head_is_the_hash_of_all_hashes_since_the_last_one():
    made = [record(key) for key in "aba"]
    first = head.publish(DAY, now=NOW)
    hashes = list(Event.objects.order_by("id").values_list("hash", flat=True))
    assert first.root == hashlib.sha256(("0" * 64 + "".join(hashes)).encode()).hexdigest()
    assert (first.events, first.last_event, first.previous_root) == (3, made[-1].pk, "0" * 64)
    record()
    second = head.publish(DAY + dt.timedelta(days=1), now=NOW)
    last = Event.objects.latest("id").hash
    assert second.root == hashlib.sha256((first.root + last).encode()).hexdigest()
    assert (second.events, second.previous_root) == (4, first.root)


def test_a_day_has_one_head():
    record()
    first = head.publish(DAY, now=NOW)
    record()
    assert head.publish(DAY, now=NOW) == first
    assert Head.objects.get().events == 1
    assert str(first) == f"2020-01-01 {first.root[:12]}"


def test_a_day_without_events_has_a_head_too():
    assert head.publish(DAY, now=NOW).events == 0
    record()
    assert head.publish(DAY + dt.timedelta(days=2), now=NOW).events == 1
    assert head.publish(DAY + dt.timedelta(days=3), now=NOW).events == 1


def test_days_go_on_and_not_ahead():
    head.publish(DAY, now=NOW)
    with pytest.raises(Unlawful) as refused:
        head.publish(DAY - dt.timedelta(days=1), now=NOW)
    assert refused.value.codes == ["later_head"]
    with pytest.raises(Unlawful) as refused:
        head.publish(NOW.date() + dt.timedelta(days=1), now=NOW)
    assert refused.value.codes == ["in_the_future"]


@pytest.mark.django_db(transaction=True)
def test_a_head_waits_for_who_is_writing():
    """An event with a lower number cannot be committed after the head that it belongs to."""
    record()
    published = threading.Event()

    def publish():
        head.publish(DAY, now=NOW)
        published.set()
        connection.close()

    publisher = threading.Thread(target=publish)
    with transaction.atomic():
        record("b")
        publisher.start()
        assert not published.wait(1)
    publisher.join(30)
    assert Head.objects.get().events == 2


def test_an_event_before_a_head_is_refused():
    made = record()
    head.publish(DAY, now=NOW)
    with pytest.raises(DatabaseError, match="before a published head"), transaction.atomic():
        Event.objects.create(pk=made.pk - 1, subject="theme", subject_key="z", verb="amended", actor_key="system", recorded_at=NOW)  # fmt: skip


def test_command_publishes_and_saves(tmp_path):
    record()
    out = io.StringIO()
    call_command("publish_head", day="2020-01-01", file=tmp_path / "heads.json", stdout=out)
    made = Head.objects.get()
    assert out.getvalue() == f"2020-01-01: 1 events, root {made.root}\n"
    saved = json.loads((tmp_path / "heads.json").read_text())
    assert saved["chains"] == 1
    assert [(one["day"], one["root"]) for one in saved["heads"]] == [("2020-01-01", made.root)]
    out = io.StringIO()
    call_command("publish_head", format="json", stdout=out)
    assert json.loads(out.getvalue())["day"] == (timezone.now().date() - dt.timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"day": "yesterday"}, "is not a date"),
        ({"day": "9999-01-01"}, "has not come yet"),
        ({"day": "2020-01-01", "file": "/nowhere/heads.json"}, "cannot be written"),
    ],
)
def test_command_says_what_is_wrong(options, words):
    if "file" in options:
        options = {**options, "file": Path(options["file"])}
    with pytest.raises(CommandError, match=words):
        call_command("publish_head", stdout=io.StringIO(), **options)


def test_tasks_publish_and_verify_once_a_day():
    record()
    for _twice in range(2):
        tasks.publish_head()
        tasks.verify_history()
    assert Head.objects.get().day == timezone.now().date() - dt.timedelta(days=1)
    assert Audit.objects.get().is_whole


def test_an_audit_keeps_what_it_found():
    record()
    assert integrity.history() == "not verified yet"
    integrity.figures()
    made = audit.audit(now=NOW)
    assert (made.events, made.chains, made.heads, made.breaks) == (1, 1, 0, 0)
    assert str(made) == f"{NOW} 1"
    assert integrity.history() == "whole, 1 events in 1 chains at 2026-11-24T09:30:00Z"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE recommendations_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE recommendations_event SET verb = 'x'")
        cursor.execute("ALTER TABLE recommendations_event ENABLE TRIGGER USER")
    broken = audit.audit(now=NOW + dt.timedelta(days=1))
    assert broken.first_breaks == [{"subject": "theme", "subject_key": "a", "sequence": 1, "fault": "content"}]
    with pytest.raises(Unhealthy, match="broken in 1 places"):
        integrity.history()


def test_health_and_metrics_tell_the_last_audit(client):
    record()
    audit.audit(now=NOW)
    assert client.get("/health/ready").json()["checks"]["history"]["detail"].startswith("whole, 1 events")
    told = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert "relations_history_events 1.0" in told
    assert "relations_history_breaks 0.0" in told


def test_heads_are_public_and_may_be_kept(client, carol):
    record()
    made = head.publish(DAY, now=NOW)
    answer = client.get("/history/heads.json")
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert answer.json()["heads"] == [
        {
            "day": "2020-01-01",
            "events": 1,
            "last_event": made.last_event,
            "previous_root": "0" * 64,
            "root": made.root,
            "published_at": "2026-11-24T09:30:00Z",
        }
    ]
    page = client.get("/history/").content.decode()
    assert made.root in page
    assert "/history/heads.json" in page


def test_the_page_tells_the_last_audit(client):
    assert "No head has been published yet" in client.get("/history/").content.decode()
    audit.audit(now=NOW)
    assert "Last checked on 24 November 2026" in client.get("/history/").content.decode()
    Audit.objects.update(breaks=2)
    page = client.get("/history/").content.decode()
    assert "history was found to be broken in 2 places" in page
    assert "Last checked" not in page
