"""What tests of pages share."""

import re

import pytest
import time_machine
from django.test import Client

from tests.factories import NOW
from tests.web.register import full_item


@pytest.fixture
def on_that_day():
    """Let the doors think that it is the day on which the tests' things are made."""
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def sign_in():
    """Return a client for a person; None is a visitor."""

    def client_of(person):
        client = Client()
        if person is not None:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of


@pytest.fixture
def words():
    """Return what a page says, with its tags and with single spaces; asserts the status."""

    def read(response, status=200):
        assert response.status_code == status
        return re.sub(r"\s+", " ", response.content.decode())

    return read


@pytest.fixture
def make_items(alice, bob, carol):
    """Make so many more full items."""
    made = []

    def make(count, **fields):
        for _ in range(count):
            made.append(full_item(len(made) + 1, owner=alice, reviewer=bob, steward=carol, **fields))
        return made

    return make
