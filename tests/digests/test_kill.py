"""kill -9 of a sender in the middle of a conversation: nothing is lost silently, nothing is sent twice by itself."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.db import connection

from recommendations.digests import deliver, reconcile
from recommendations.models import Delivery
from tests.digests.sender import CONTROL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def start(settings, moment, *control):
    command = [sys.executable, "-m", "tests.digests.sender", connection.settings_dict["NAME"]]
    return subprocess.Popen(
        [*command, str(settings.EMAIL_PORT), moment, *control],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )


def killed(settings, moment, *control):
    assert start(settings, moment, *control).wait(60) == -9


def expire():
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=past)


def arrived(post):
    return sorted(recipient for recipient, _ in post.letters)


ALL = ["owner.1@example.org", "owner.2@example.org", "owner.3@example.org"]


@pytest.mark.uncounted
@pytest.mark.parametrize("moment", ["begin", "body"])
def test_killed_before_the_fence_everything_arrives_once(owners, post, settings, moment, states):
    owners(3)
    killed(settings, moment)
    assert arrived(post) == []
    expire()
    deliver.deliver()
    assert arrived(post) == ALL
    assert states() == {"sent": 3}


@pytest.mark.uncounted
def test_killed_between_fence_and_dot_one_is_listed_and_not_lost_silently(owners, post, settings, states):
    owners(3)
    killed(settings, "fence")
    expire()
    deliver.deliver()
    assert states() == {"handed_over": 1, "sent": 2}
    (row,) = reconcile.uncertain()
    assert arrived(post) == [address for address in ALL if address != row.recipient]


@pytest.mark.uncounted
@pytest.mark.parametrize("moment", ["dot", "answer"])
def test_killed_after_the_dot_one_is_listed_and_not_sent_twice(owners, post, settings, moment, states):
    owners(3)
    killed(settings, moment)
    expire()
    deliver.deliver()
    assert states() == {"handed_over": 1, "sent": 2}
    assert arrived(post) == ALL


@pytest.mark.uncounted
def test_killed_after_the_dot_without_a_fence_one_arrives_twice(owners, post, settings):
    """The negative control: send, then mark."""
    owners(3)
    killed(settings, "dot", CONTROL)
    expire()
    deliver.deliver()
    assert len(arrived(post)) == 4


@pytest.mark.uncounted
def test_two_processes_at_once_send_each_digest_once(owners, post, settings, states):
    owners(8)
    beats = [start(settings, "never") for _ in range(2)]
    assert [beat.wait(60) for beat in beats] == [0, 0]
    assert states() == {"sent": 8}
    assert len(arrived(post)) == 8 == len(set(arrived(post)))
