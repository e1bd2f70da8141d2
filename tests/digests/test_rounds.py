"""A round as the command, the task and health see it."""

import datetime as dt
import io
import json

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from recommendations import tasks
from recommendations.actions import delivery as verbs
from recommendations.digests import plan, reconcile
from recommendations.digests.reconcile import Books
from recommendations.models import Delivery, Subscription
from relations.celery import app
from relations.health import Unhealthy
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def send_digests(*options):
    said = io.StringIO()
    call_command("send_digests", *options, stdout=said)
    return said.getvalue()


def test_the_command_sends_and_says_so(owners, post):
    owners(2)
    said = send_digests()
    assert "planned: 2" in said
    assert "sent: 2" in said
    assert len(post.letters) == 2


def test_the_command_twice_sends_once(owners, post):
    owners(1)
    assert json.loads(send_digests("--format", "json"))["sent"] == 1
    again = json.loads(send_digests("--format", "json"))
    assert (again["planned"], again["sent"], again["is_well"]) == (0, 0, True)
    assert again["books"]["sent"] == 1
    assert len(post.letters) == 1


def test_a_digest_with_nothing_to_say_is_written_down_and_not_sent(subscribe, post, states, transactional_db):
    subscribe(PersonFactory())
    assert json.loads(send_digests("--format", "json"))["empty"] == 1
    assert states() == {"empty": 1}
    assert post.conversations == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_fails_when_a_digest_could_not_be_sent(owners, nobody_listens, form):
    owners(1)
    with pytest.raises(CommandError, match="Not every digest") as failed:
        send_digests("--format", form)
    assert failed.value.returncode == 1


def test_an_uncertain_one_is_told_of_in_every_round(owners, post):
    owners(2)
    post.after_dot["owner.1@example.org"] = "drop"
    with pytest.raises(CommandError):
        send_digests()
    assert "Uncertain in all: 1" in send_digests()  # this round was well
    assert reconcile.uncertain().count() == 1


def test_sent_again_it_arrives_with_the_same_message_id(owners, post, erin):
    owners(1)
    post.after_dot["owner.1@example.org"] = "keep and drop"
    with pytest.raises(CommandError):
        send_digests()
    post.after_dot.clear()
    row = reconcile.uncertain().get()
    verbs.send_again(row.uuid, actor=erin, now=plan.clock())
    send_digests()
    first, second = post.messages
    assert first["Message-ID"] == second["Message-ID"] == row.message_id
    assert reconcile.books().sent == 1


def test_a_dry_run_writes_and_sends_nothing(owners, post, subscribe):
    owners(1)
    subscribe(PersonFactory(name="Silent"), created_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    said = send_digests("--dry-run")
    assert "Owner 1: to be sent" in said
    assert "Owner 1: skipped, too late" in said
    assert "Silent: empty" in said
    found = json.loads(send_digests("--dry-run", "--format", "json"))["digests"]
    assert {(digest["person"], digest["is_empty"]) for digest in found if not digest["is_late"]} == {
        ("Owner 1", False),
        ("Silent", True),
    }
    assert not Delivery.objects.exists()
    assert post.conversations == 0


@pytest.mark.parametrize("option", ["yesterday", "2026-13-01", "2026-11-31T09:00Z", ""])
def test_a_time_that_is_none_is_refused(db, option):
    if option:
        with pytest.raises(CommandError, match="write it like 2026-11-30T09:00Z"):
            send_digests("--at", option)
    else:
        assert "planned: 0" in send_digests("--at", option)


@pytest.mark.parametrize("form", ["{:%Y-%m-%d}", "{:%Y-%m-%dT%H:%M}", "{:%Y-%m-%dT%H:%M:%SZ}"])
def test_at_a_time_to_come_one_sees_a_digest_at_once(owners, post, form):
    (subscription,) = owners(1)
    subscription.created_at = dt.datetime.now(dt.UTC)
    subscription.save()
    later = form.format(subscription.created_at + dt.timedelta(days=2))
    assert "sent: 0" in send_digests()
    assert "sent: 1" in send_digests("--at", later)
    assert "sent: 0" in send_digests("--at", later)
    assert len(post.letters) == 1


def test_the_task_does_the_same_and_twice_is_harmless(owners, post):
    owners(1)
    tasks.send_digests()
    tasks.send_digests()
    assert len(post.letters) == 1


def test_beat_names_the_task(settings):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE["send-digests"]
    assert entry["task"] == tasks.send_digests.name == "recommendations.tasks.send_digests"
    assert entry["task"] in app.tasks


def test_the_books_balance_and_health_says_so(owners, post, client):
    owners(3)
    post.at_rcpt["owner.2@example.org"] = "550 No such user"
    post.after_dot["owner.3@example.org"] = "drop"
    tasks.send_digests()
    found = reconcile.books()
    assert found.is_balanced
    assert (found.sent, found.failed, found.uncertain, found.under_way) == (1, 1, 1, 0)
    assert found.planned == 3 + found.skipped
    cache.clear()
    check = client.get("/health/ready").json()["checks"]["digests"]
    assert check["status"] == "ok"
    assert "failed 1" in check["detail"]
    assert "uncertain 1" in check["detail"]


def test_books_that_do_not_balance_are_unhealthy(monkeypatch):
    cache.clear()
    monkeypatch.setattr(reconcile, "books", lambda: Books(2, 1, *[0] * 11))
    with pytest.raises(Unhealthy, match="do not balance"):
        reconcile.digests()
    cache.clear()


def test_what_nobody_plans_is_found(owners, post, client, monkeypatch):
    """No beat, no poll: the books balance, as there are none."""
    owners(3)
    found = reconcile.books()
    assert (found.planned, found.unplanned, found.is_balanced) == (0, 3, True)
    cache.clear()
    check = client.get("/health/ready").json()["checks"]["digests"]
    assert (check["status"], "unplanned 3" in check["detail"]) == ("ok", True)
    cache.clear()
    with monkeypatch.context() as patient:
        patient.setattr(plan, "PATIENCE", dt.timedelta(days=5))
        assert reconcile.books().unplanned == 0  # what ended just now may still be planned
    plan.plan()
    assert reconcile.books().unplanned == 0


def test_subscriptions_that_are_over_or_paused_are_not_missed(owners):
    ended, paused, _wanted = owners(3)
    Subscription.objects.filter(pk=ended.pk).update(ended_at=dt.datetime.now(dt.UTC))
    Subscription.objects.filter(pk=paused.pk).update(paused_at=dt.datetime.now(dt.UTC))
    assert reconcile.books().unplanned == 1


def test_counting_takes_as_many_statements_however_much_there_is(owners, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert reconcile.books().unplanned == 0
    owners(4)
    with django_assert_num_queries(5):
        assert reconcile.books().unplanned == 4
    plan.plan()
    with django_assert_num_queries(5):
        assert reconcile.books().under_way == 4


def test_what_was_over_long_ago_is_counted_no_more_and_what_is_open_is(owners):
    owners(3)
    plan.plan()
    first, second, _third = Delivery.objects.filter(state="planned").order_by("id")
    Delivery.objects.update(planned_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=36))
    over = {"state": "handed_over", "lease_until": plan.clock() - dt.timedelta(days=36), "token": first.uuid}
    Delivery.objects.filter(pk=first.pk).update(**over)
    Delivery.objects.filter(pk=second.pk).update(state="sent")
    found = reconcile.books()
    assert (found.planned, found.uncertain, found.under_way, found.late, found.sent) == (2, 1, 1, 1, 0)
    assert found.oldest > 35 * 24 * 3600
    assert found.is_balanced


def test_what_waits_for_its_recipient_is_not_late(owners, post):
    """Nobody has to look whether the mail server answers: it did."""
    owners(2)
    post.at_rcpt["owner.1@example.org"] = "452 4.2.2 Mailbox full"
    tasks.send_digests()
    Delivery.objects.filter(state="planned").update(
        planned_at=plan.clock() - dt.timedelta(hours=3), due_at=plan.clock() + dt.timedelta(hours=1)
    )
    assert (reconcile.books().under_way, reconcile.books().late) == (1, 0)
    Delivery.objects.filter(state="planned").update(due_at=plan.clock())
    assert reconcile.books().late == 1
