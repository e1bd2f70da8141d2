"""Assign and release on pages."""

import pytest

from recommendations.models import Assignment, Event
from tests.factories import AssignmentFactory, OrganizationFactory, PersonFactory
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/recommendations/T-900/assign/"
SAID = {"organization": "ministry", "person": "", "role": "lead", "since": "2026-11-01"}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("reader", 403),
        ("contributor", 403),
        ("reviewer", 403),
        ("steward", 200),
        ("administrator", 200),
    ],
)
def test_assign_and_release_are_for_stewards(client, people, item, ministry, role, status):
    if people[role]:
        client.force_login(people[role])
    assert client.get(HERE).status_code == status
    assert client.post(HERE, SAID).status_code == (302 if status in {200, 302} else status)
    assert Assignment.objects.count() == (status == 200)
    made = Assignment.objects.first() or AssignmentFactory(recommendation=item, organization=ministry)
    where = f"/assignments/{made.uuid}/release/"
    assert client.get(where).status_code == status
    assert client.post(where, {"until": "2026-11-20"}).status_code == (302 if status in {200, 302} else status)
    made.refresh_from_db()
    assert (made.until is None) == (status != 200)


def test_assign_names_a_person_and_shows_it(client, item, carol, alice):
    client.force_login(carol)
    response = client.post(HERE, {**SAID, "person": str(alice.uuid)}, follow=True)
    assert Assignment.objects.get().person == alice
    text = text_of(response)
    assert "Ministry is now responsible for T-900." in text
    assert "Ministry , Alice" in text


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"organization": "nobody"}, "organization", 400),
        ({"organization": ""}, "organization", 400),
        ({"person": "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"}, "person", 400),
        ({"role": "owner"}, "role", 400),
        ({"since": "soon"}, "since", 400),
    ],
)
def test_assign_says_what_is_wrong_and_where(client, item, ministry, carol, changed, field, status):
    client.force_login(carol)
    response = client.post(HERE, {**SAID, **changed})
    assert (response.status_code, set(response.context["form"].errors)) == (status, {field})
    assert not Event.objects.exists()


def test_assign_says_what_the_register_does_not_allow(client, item, owned, carol, alice):
    client.force_login(carol)
    response = client.post(HERE, SAID)
    assert (response.status_code, set(response.context["form"].errors)) == (409, {"organization"})
    OrganizationFactory(slug="other", name_en="Other")
    response = client.post(HERE, {**SAID, "organization": "other"})
    assert (response.status_code, set(response.context["form"].errors)) == (409, {"role"})
    response = client.post(HERE, {**SAID, "organization": "other", "role": "supporting", "person": str(alice.uuid)})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"person"})


def test_release_says_what_is_wrong(client, item, owned, carol):
    client.force_login(carol)
    where = f"/assignments/{owned.uuid}/release/"
    response = client.post(where, {"until": "2025-01-01"})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"until"})
    assert client.post(where, {"until": "2026-11-20"}).url == HERE
    assert client.get(where).status_code == 409
    response = client.post(where, {"until": "2026-11-21"})
    assert response.status_code == 409
    assert "released before" in text_of(response)
    assert client.get("/assignments/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/release/").status_code == 404


def test_assign_asks_the_same_number_of_questions_for_one_and_three(client, item, carol, django_assert_num_queries):
    client.force_login(carol)
    asked = []
    for more in (1, 2):
        for _ in range(more):
            body = OrganizationFactory()
            PersonFactory(organization=body)
            AssignmentFactory(recommendation=item, organization=body, role="supporting")
        with django_assert_num_queries(20, exact=False) as questions:
            client.get(HERE)
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 9
