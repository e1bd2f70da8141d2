"""The people of every test: Alice owns, Bob reviews, Carol keeps the register, Dave reads, Erin administers."""

import pytest
from django.db import connection
from django.utils import translation

from recommendations.models import Assignment, Organization, Person, Recommendation
from recommendations.rules.access import Role
from tests.browsing import browser, page  # noqa: F401 - fixtures: one browser for the whole run
from tests.factories import AssignmentFactory, OrganizationFactory, PersonFactory, RecommendationFactory


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
    marker = request.node.get_closest_marker("django_db")
    commits = (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & {
        *request.fixturenames
    }
    if commits:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg('history.' || quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'history'"
            )
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]}")
