"""Clients of the API, by role, and a register with something of everything in it."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.test import Client

from recommendations.actions import token
from recommendations.models import Indicator, Observation, Recommendation
from tests.api.register import full  # noqa: F401 - a fixture
from tests.factories import NOW, SourceFactory

ROOT = "/api/v1/"

EVERYBODY = ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"]


class Api:
    """A client with a token, or without; addresses are given without /api/v1/."""

    def __init__(self, key=None):
        self.key = key
        self.client = Client(raise_request_exception=False)

    def __call__(self, method, address, body=None, *, raw=None, content_type="application/json", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        path = address if address.startswith("/") else ROOT + address
        return self.client.generic(method.upper(), path, data, content_type=content_type, headers=headers)

    def get(self, address, **headers):
        return self("get", address, **headers)

    def post(self, address, body=None, **said):
        return self("post", address, body, **said)

    def patch(self, address, body=None, **said):
        return self("patch", address, body, **said)

    def delete(self, address, **said):
        return self("delete", address, **said)


@pytest.fixture(autouse=True)
def nobody_was_counted():
    cache.clear()


@pytest.fixture(autouse=True)
def clock(time_machine_at):
    """It is the day of the factories."""


@pytest.fixture
def time_machine_at():
    time_machine = pytest.importorskip("time_machine")
    with time_machine.travel(NOW, tick=True):
        yield


def key_of(person, scope="write"):
    scope = "read" if person.role == "reader" else scope
    return token.issue("test", scope=scope, actor=person, now=NOW - dt.timedelta(days=1))[1]


@pytest.fixture
def apis(people):
    """A client for each role; the visitor has no token."""
    return {role: Api(key_of(person) if person else None) for role, person in people.items()}


@pytest.fixture
def visitor():
    return Api()


@pytest.fixture
def steward(carol):
    return Api(key_of(carol))


@pytest.fixture
def owner(alice):
    return Api(key_of(alice))


@pytest.fixture
def reviewer(bob):
    return Api(key_of(bob))


@pytest.fixture
def reader(dave):
    return Api(key_of(dave))


def of_the_register(name):
    """A fixture that is the one of the register, in tests that begin with it."""

    def one(request):
        if "full" in request.fixturenames:
            return getattr(request.getfixturevalue("full"), name)
        return request.getfixturevalue(name)

    return pytest.fixture(one, name=name)


ministry = of_the_register("ministry")
alice = of_the_register("alice")
bob = of_the_register("bob")
carol = of_the_register("carol")
dave = of_the_register("dave")
item = of_the_register("item")
owned = of_the_register("owned")


__all__ = ["Indicator", "Observation", "Recommendation", "SourceFactory"]
