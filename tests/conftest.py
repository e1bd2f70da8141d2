"""The people of every test: Alice owns, Bob reviews, Carol keeps the register, Dave reads, Erin administers."""

import pytest
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
