"""The people of every test: Alice owns, Bob reviews, Carol keeps the register, Dave reads, Erin administers."""

import os

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.utils import translation

from recommendations.models import Assignment, Organization, Person, Recommendation
from recommendations.rules.access import Role
from tests import template
from tests.browsing import browser, page  # noqa: F401 - fixtures: one browser for the whole run
from tests.factories import AssignmentFactory, OrganizationFactory, PersonFactory, RecommendationFactory
from tests.standing import Standing, asked_for, commits, place

# Lines that threads of a server have not closed yet: the database cannot go before they have.
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Run what is marked so without counting its lines, which takes half as long again: what it covers, others cover.

    Nor do the processes count that it starts.
    """
    plugin = item.config.pluginmanager.getplugin("_cov")
    counting = plugin and plugin.cov_controller
    if not counting or not (item.get_closest_marker("uncounted") or item.get_closest_marker("browser")):
        return (yield)
    counting.pause()
    told = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("COVERAGE_PROCESS")}
    try:
        return (yield)
    finally:
        os.environ.update(told)
        counting.resume()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Copy the database of the tests from one that is migrated already."""
    if template.is_wanted():
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = template.make()


@pytest.fixture(scope="session", autouse=True)
def _middleware_was_loaded():
    """Load it once, as a server does before its first request: clients in threads would do it all at the same time."""
    BaseHandler().load_middleware()


@pytest.fixture(scope="session")
def kept(django_db_setup, django_db_blocker, tmp_path_factory):
    """Keep what many tests begin with from one test to the next."""
    standing = Standing(tmp_path_factory.mktemp("standing"))
    yield standing
    with django_db_blocker.unblock():
        standing.end()
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)


@pytest.fixture
def standing(request, kept, django_db_blocker):
    """See that what this test begins with stands, and nothing else."""
    with django_db_blocker.unblock():
        kept.turn_to(asked_for(request.node))
    return kept


@pytest.fixture
def _django_db_helper(standing, _django_db_helper):
    """Let the transaction of the test begin after that."""


def pytest_collection_modifyitems(items):
    items.sort(key=place)


@pytest.fixture(autouse=True)
def english():
    """A request leaves its reader's language in the thread; the next test does not read it there."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """What a test keeps beside the tables goes with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def ministry(db) -> Organization:
    return OrganizationFactory(slug="ministry", name_en="Ministry", name_ru="Министерство")


@pytest.fixture
def alice(ministry) -> Person:
    return PersonFactory(name="Alice", role=Role.CONTRIBUTOR, organization=ministry)


@pytest.fixture
def bob(db) -> Person:
    return PersonFactory(name="Bob", role=Role.REVIEWER)


@pytest.fixture
def carol(db) -> Person:
    return PersonFactory(name="Carol", role=Role.STEWARD)


@pytest.fixture
def dave(db) -> Person:
    return PersonFactory(name="Dave", role=Role.READER)


@pytest.fixture
def erin(db) -> Person:
    return PersonFactory(name="Erin", role=Role.ADMINISTRATOR)


@pytest.fixture
def people(alice, bob, carol, dave, erin) -> dict[str, Person | None]:
    """Everybody who may come to a door, by role; the visitor is not signed in."""
    return {
        "visitor": None,
        "reader": dave,
        "contributor": alice,
        "reviewer": bob,
        "steward": carol,
        "administrator": erin,
    }


@pytest.fixture
def item(db) -> Recommendation:
    """A recommendation that nobody owns."""
    return RecommendationFactory(reference="T-900")


@pytest.fixture
def owned(item, ministry) -> Assignment:
    """The ministry (and so Alice) leads the item."""
    return AssignmentFactory(recommendation=item, organization=ministry)


@pytest.fixture(autouse=True)
def nothing_left_of_the_past(request, django_db_blocker):
    """Clear the versions after a test that commits: Django empties the tables it knows, and not these."""
    yield
    if commits(request.node):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg('history.' || quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'history'"
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]}")
