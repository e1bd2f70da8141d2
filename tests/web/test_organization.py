"""Pages of organizations: what they are responsible for, and for whom that is visible."""

import re

import pytest

from recommendations.models import Assignment, Recommendation
from tests.factories import AssignmentFactory, OrganizationFactory, RecommendationFactory
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/organizations/ministry/"


def counts(page, slug):
    row = re.search(rf'<a href="/organizations/{slug}/">.*?</tr>', page)[0]
    return re.findall(r">(\d+)</a>", row)


def test_list_counts_what_each_is_responsible_for(client, owned, words):
    other = OrganizationFactory(slug="court", name_en="Court")
    AssignmentFactory(recommendation=owned.recommendation, organization=other, role="supporting")
    AssignmentFactory(recommendation=owned.recommendation, organization=other, role="validating")
    page = words(client.get("/organizations/"))
    assert counts(page, "ministry") == ["1", "1"]
    assert counts(page, "court") == ["0", "1"]
    assert page.index("Court") < page.index("Ministry")
    assert faults(page) == []


def test_an_empty_list_teaches(client, words):
    assert "No organization is registered yet" in words(client.get("/organizations/"))


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"])
def test_internal_items_count_for_those_who_may_see_them(owned, people, role, sign_in, words):
    Recommendation.objects.update(visibility="internal")
    client = sign_in(people[role])
    page = words(client.get("/organizations/"))
    assert counts(page, "ministry") == (["0", "0"] if role == "visitor" else ["1", "1"])
    page = words(client.get(ADDRESS))
    assert ("T-900" in page) is (role != "visitor")
    assert "@example.org" not in page
    assert faults(page) == []


def test_page_tells_then_and_now(client, make_items, words):
    make_items(1)
    helped = Assignment.objects.get(until__isnull=False).organization
    page = words(client.get(ADDRESS))
    assert "Responsible for" in page
    assert "Formerly" not in page
    page = words(client.get(f"/organizations/{helped.slug}/"))
    assert "No recommendation is assigned to it at the moment." in page
    assert "Formerly responsible for" in page
    assert "1 Jun 2025" in page
    assert faults(page) == []


def test_parents_and_parts_lead_to_each_other(client, ministry, words):
    OrganizationFactory(slug="office", name_en="Office", parent=ministry)
    assert '<a href="/organizations/office/">Office</a>' in words(client.get(ADDRESS))
    assert '<a href="/organizations/ministry/">Ministry</a>' in words(client.get("/organizations/office/"))


@pytest.mark.parametrize("slug", ["nowhere", "%00", "Ministry", "x%0a"])
def test_what_does_not_exist_is_not_found(client, ministry, slug, words):
    assert "There is nothing at this address" in words(client.get(f"/organizations/{slug}/"), 404)


@pytest.mark.parametrize("address", ["/organizations/", ADDRESS])
def test_pages_ask_the_same_number_of_questions_for_one_and_three(
    client, address, owned, ministry, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(4) as asked:
        client.get(address)
    for _ in range(2):
        AssignmentFactory(recommendation=RecommendationFactory(), organization=ministry)
        OrganizationFactory(parent=ministry)
    with django_assert_num_queries(len(asked)):
        client.get(address)
