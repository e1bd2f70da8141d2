"""Pages of organizations: what they are responsible for, and for whom that is visible."""

import re

import pytest

from recommendations.models import Assignment, Recommendation
from recommendations.web import organization
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
    assert '<h2 id="lead">Leads <span class="count">1</span></h2>' in page
    assert "Formerly" not in page
    for said in (
        "<strong>1</strong> <span>recommendation tracked</span>",
        'href="/recommendations/?organization=ministry&amp;delivery=overdue"',
        "1 of 1 assessed",
        '<a href="/recommendations/?organization=ministry&amp;verified_status=partly">1</a>',
        '<span class="flag flag-overdue">Overdue</span>',
        "Reviewed: status updated,",
        'href="/history/?organization=ministry"',
        'href="/api/v1/exports/recommendations.csv?organization=ministry"',
    ):
        assert said in page, said
    assert faults(page) == []
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
    with django_assert_max_num_queries(15) as asked:
        client.get(address)
    for _ in range(2):
        AssignmentFactory(recommendation=RecommendationFactory(), organization=ministry)
        OrganizationFactory(parent=ministry)
    with django_assert_num_queries(len(asked)):
        client.get(address)


def test_each_role_has_its_part_the_oldest_promise_first(client, ministry, words):
    for number, (role, target) in enumerate(
        (("lead", None), ("lead", "2027-02-01"), ("lead", "2026-01-01"), ("supporting", None), ("validating", None))
    ):
        item = RecommendationFactory(reference=f"P-{number}", target_on=target)
        AssignmentFactory(recommendation=item, organization=ministry, role=role)
    page = words(client.get(ADDRESS))
    assert re.findall(r'<td class="reference">(P-\d)', page) == ["P-2", "P-1", "P-0", "P-3", "P-4"]
    assert [page.index(said) for said in ("Leads <", "Supports <", "Validates <")] == sorted(
        page.index(said) for said in ("Leads <", "Supports <", "Validates <")
    )


def test_a_long_part_says_how_many_there_are(client, ministry, monkeypatch, words):
    monkeypatch.setattr(organization, "SHOWN", 1)
    for _ in range(2):
        AssignmentFactory(recommendation=RecommendationFactory(), organization=ministry)
    assert "These are 1 of 2, the oldest promise first." in words(client.get(ADDRESS))


@pytest.mark.parametrize("role", ["visitor", "reader"])
def test_names_of_people_are_for_those_who_sign_in(alice, owned, people, role, sign_in, words):
    Assignment.objects.update(person=alice)
    page = words(sign_in(people[role]).get(ADDRESS))
    assert ("Alice" in page) is (role == "reader")
    assert faults(page) == []
