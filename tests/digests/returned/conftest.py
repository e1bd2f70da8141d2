"""Digests that were sent, by address."""

import datetime as dt
import uuid

import pytest

from recommendations.digests import links
from recommendations.models import Delivery, Subscription


@pytest.fixture
def bounce_address(settings):
    settings.PUBLIC_URL = "https://register.example.org"
    settings.BOUNCE_ADDRESS = "bounces@register.example.org"
    return settings.BOUNCE_ADDRESS


@pytest.fixture
def sent(db, bounce_address):
    """Make a digest that was sent to somebody, some days ago."""

    def make(person, days=1, **columns):
        now = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        start = now - dt.timedelta(days=1)
        mine, _ = Subscription.objects.get_or_create(person=person, defaults={"created_at": start})
        made = Delivery(
            subscription=mine, uuid=uuid.uuid4(), period_start=start, period_end=now, planned_at=now, due_at=now
        )
        made.state, made.recipient, made.message_id = "sent", person.email, links.message_id(made)
        for name, value in columns.items():
            setattr(made, name, value)
        made.save()
        return made

    return make
