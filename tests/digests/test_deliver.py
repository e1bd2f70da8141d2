"""Real conversations with a mail server: what is accepted, refused, cut off; what is then written down."""

import datetime as dt
import threading
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection, transaction

from recommendations.actions import subscription as subscriptions
from recommendations.digests import claim, deliver, outcome, plan
from recommendations.models import Delivery, Person, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


def planned(owners, count=1):
    made = owners(count)
    plan.plan()
    return made


def only():
    return Delivery.objects.exclude(state="skipped_late").get()


def hurry():
    """Let all waiting times be over."""
    Delivery.objects.filter(state="planned").update(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))


def expire():
    """Let all leases be over."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=past)


def test_a_digest_arrives_once_and_says_who_it_is(owners, post, states):
    (subscription,) = planned(owners)
    assert (
        deliver.deliver()
        == {"sent": 1, "empty": 0, "failed": 0}
        == deliver.deliver() | {"sent": 1, "empty": 0, "failed": 0}
    )
    (message,) = post.messages
    row = only()
    assert states() == {"sent": 1}
    assert message["Message-ID"] == row.message_id == f"<digest.{row.uuid.hex}@register.example.org>"
    assert message["To"] == "Owner 1 <owner.1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Digests of the register <digests.register.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://register.example.org/digests/unsubscribe/")
    assert message["Subject"] == row.subject
    assert abs(parsedate_to_datetime(message["Date"]) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert (text, html) == (row.text, row.html)
    assert "owner.1@example.org" in text
    assert (row.token, row.lease_until, row.attempts, row.last_error) == (None, None, 0, "")
    assert row.handed_over_at <= row.finished_at


def test_one_connection_carries_the_whole_batch(owners, post, states):
    planned(owners, 5)
    deliver.deliver()
    assert states() == {"sent": 5}
    assert post.conversations == 1
    assert len({recipient for recipient, _ in post.letters}) == 5
