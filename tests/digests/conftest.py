"""A register with something to tell, people who want to hear it, and a mail server."""

import datetime as dt

import pytest

from recommendations.models import Delivery, Subscription
from recommendations.rules.access import Role
from tests.digests.server import Server, free_port
from tests.factories import AssignmentFactory, OrganizationFactory, PersonFactory, RecommendationFactory

SMTP_BACKEND = "relations.lines.Smtp"


@pytest.fixture
def post(settings):
    """A mail server that the settings lead to."""
    with Server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.PUBLIC_URL = "https://register.example.org"
        yield server.script


@pytest.fixture
def nobody_listens(settings):
    """Settings that lead to a port where nobody is."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", free_port()


def long_ago():
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=3)


@pytest.fixture
def subscribe():
    """Begin a daily digest, as of some days ago, so that one period has ended."""

    def begin(person, **columns):
        columns = {"cadence": "daily", "hour": 0, "created_at": long_ago(), **columns}
        return Subscription.objects.create(person=person, **columns)

    return begin


@pytest.fixture
def owners(transactional_db, subscribe):
    """Make people of one institution, each with a digest of the one item that it owes."""

    def make(count):
        body = OrganizationFactory(slug="institute", name_en="Institute", name_ru="Институт")
        item = RecommendationFactory(reference="T-700", title_en="Mobility scheme", title_ru="Схема мобильности")
        AssignmentFactory(recommendation=item, organization=body)
        people = [
            PersonFactory(name=f"Owner {n}", role=Role.CONTRIBUTOR, organization=body) for n in range(1, count + 1)
        ]
        return [subscribe(person) for person in people]

    return make


@pytest.fixture
def states():
    """How many deliveries are in which state, without those that were too late."""

    def count():
        found = Delivery.objects.exclude(state="skipped_late").values_list("state", flat=True)
        return {state: list(found).count(state) for state in set(found)}

    return count
