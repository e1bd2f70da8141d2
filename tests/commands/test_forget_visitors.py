"""`manage.py forget_visitors`: the same as the daily task, told."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command

from recommendations.actions import visitor
from recommendations.actions.subscription import Wish

pytestmark = pytest.mark.django_db


def forget_visitors(*options):
    said = io.StringIO()
    call_command("forget_visitors", *options, stdout=said)
    return said.getvalue()


def test_it_says_how_many_it_forgot():
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    visitor.ask(Wish(), "visitor@example.org", "UTC", now=long_ago)
    assert "deleted: 1" in forget_visitors()
    assert json.loads(forget_visitors("--format", "json")) == {"unconfirmed": 0, "ended": 0}
