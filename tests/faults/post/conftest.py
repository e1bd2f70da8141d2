"""The house, its crew and the mail server, once for all scenarios; each begins with nobody at work and nothing accepted."""

import atexit
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from django.db import connection

from relations.programs import Unavailable
from tests.faults.post.crew import Crew
from tests.faults.post.figures import Figures, table
from tests.faults.post.house import House, is_settled
from tests.faults.post.sink import Office, Sink
from tests.fuzz.server import free_port

RECIPIENTS = int(os.environ.get("RECIPIENTS", "150"))
SEED = int(os.environ.get("SEED", "20261124"))
PATIENCE = 120 + RECIPIENTS / 5  # seconds


@pytest.fixture
def _django_db_helper(django_db_setup):
    """Instead of pytest-django's: these tests ask for the database of the tests only for its tables, and open nothing in it."""


@pytest.fixture(scope="session")
def place(django_db_setup, django_db_blocker):
    """The house with its crew and its mail server."""
    home = Path(tempfile.mkdtemp(prefix="relations-post-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    try:
        house = House(home, free_port())
    except Unavailable as reason:
        pytest.skip(str(reason))
    crew = Crew(house)
    with django_db_blocker.unblock():
        house.open()
        with house.lived_in():
            house.furnish(RECIPIENTS)
    yield house, crew, Office(house.port)
    crew.close()
    house.close()


class Scenario:
    """What a scenario has at hand."""

    def __init__(self, house, crew, office, name):
        self.house, self.crew, self.office, self.name = house, crew, office, name
        self.dice, self.figures, self.began = random.Random(f"{SEED} {name}"), [], 0.0

    @property
    def sink(self):
        return self.office.sink

    def expect(self, count, **how):
        """Begin anew with so many digests to be sent; returns the addresses in an order of the dice."""
        self.office.shut()
        self.office.sink, self.began, self.count = Sink(), time.monotonic(), count
        self.office.open()
        self.expected = self.house.expect(count, **how)
        return self.dice.sample(sorted(self.expected), len(self.expected))

    def until(self, true=None, *, busy=lambda: None):
        """Wait for something, or until all is settled; whoever was killed is called back meanwhile."""
        true = true or (lambda: is_settled(self.count))
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"not settled: {self.taken('')}"
            self.crew.revive()
            busy()
            time.sleep(0.05)

    def taken(self, name):
        """Take the figures."""
        found = Figures.taken(name or self.name, self.expected, self.sink, self.began)
        self.figures.append(found)
        return found

    def end(self):
        """Let everybody go, so that something else can begin."""
        self.crew.go_home()
        self.office.shut()
        connection.close()


@pytest.fixture
def scenario(place, request, django_db_blocker, record_property):
    house, crew, office = place
    with django_db_blocker.unblock(), house.lived_in():
        made = Scenario(house, crew, office, request.node.name)
        try:
            yield made
        finally:
            made.end()
    request.node.user_properties.append(("figures", [found.row for found in made.figures]))


def pytest_terminal_summary(terminalreporter):
    """Print one table of all of it."""
    reports = [each for found in terminalreporter.stats.values() for each in found]
    told = [each.user_properties for each in reports if getattr(each, "when", "") == "teardown"]
    rows = [row for properties in told for name, found in properties if name == "figures" for row in found]
    if rows:
        terminalreporter.write_line(f"SEED={SEED}\n{table(rows)}")
