"""The questions one asks of the register."""

import datetime as dt

import pytest

from recommendations.models import Recommendation
from recommendations.models.assignment import AssignmentRole
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.selection import Selection
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def found(queryset):
    return list(queryset.values_list("reference", flat=True))


def select(person=None, **asked):
    return found(Recommendation.objects.selected(Selection(**asked), person=person, today=TODAY))


def test_references_sort_by_number():
    for reference in ("RB-10", "RB-9", "A-100"):
        RecommendationFactory(reference=reference)
    assert found(Recommendation.objects.all()) == ["A-100", "RB-9", "RB-10"]


def test_visible_to_hides_internal_items_from_visitors_only(people):
    RecommendationFactory(reference="A-1")
    RecommendationFactory(reference="A-2", visibility="internal")
    seen = {role: found(Recommendation.objects.visible_to(person)) for role, person in people.items()}
    assert seen.pop("visitor") == ["A-1"]
    assert all(both == ["A-1", "A-2"] for both in seen.values())


def test_visible_to_treats_the_deactivated_as_visitors(dave):
    RecommendationFactory(visibility="internal")
    dave.is_active = False
    assert not Recommendation.objects.visible_to(dave).exists()


def test_open_leaves_out_closed_and_withdrawn():
    for status in Status:
        RecommendationFactory(reference=f"{status.name.replace('_', '')[:11]}-1", status=status)
    RecommendationFactory(withdrawn_at=NOW)
    assert {r.status for r in Recommendation.objects.open()} == set(Status) - {Status.IMPLEMENTED, Status.OVERTAKEN}


def test_delivery_and_freshness_agree_with_the_rules():
    targets = [None, *(TODAY + dt.timedelta(days=d) for d in (-1, 0, 30, 31))]
    looked = [None, *(TODAY - dt.timedelta(days=d) for d in (0, 89, 90, 179, 180))]
    source = SourceFactory()
    for status in ("partly", "implemented", "overtaken"):
        for target in targets:
            for day in looked:
                RecommendationFactory(source=source, status=status, target_on=target, assessed_on=day)
    items = list(Recommendation.objects.all())
    for value in Delivery:
        expected = {i.pk for i in items if i.delivery(TODAY) is value}
        assert expected == set(Recommendation.objects.with_delivery(value, today=TODAY).values_list("pk", flat=True))
    for value in Freshness:
        expected = {i.pk for i in items if i.freshness(TODAY) is value}
        assert expected == set(Recommendation.objects.with_freshness(value, today=TODAY).values_list("pk", flat=True))
    assert Recommendation.objects.overdue(TODAY).count() == 6


def test_owned_by_follows_the_standing_assignments(alice, bob, owned):
    other = RecommendationFactory(reference="T-901")
    AssignmentFactory(recommendation=other, until=TODAY, organization=alice.organization)
    AssignmentFactory(recommendation=other, person=bob)
    assert found(Recommendation.objects.owned_by(alice)) == ["T-900"]
    assert found(Recommendation.objects.owned_by(bob)) == ["T-901"]
    assert select(alice, owner_me=True) == ["T-900"]
    assert select(None, owner_me=True) == []


def test_selected_by_organization_and_lead(item, owned):
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(slug="agency"), role="supporting")
    assert select(lead=("ministry",)) == select(organization=("agency",)) == ["T-900"]
    assert select(lead=("agency",)) == []
    assert found(Recommendation.objects.assigned_to("agency", role=AssignmentRole.LEAD)) == []


def test_selected_by_columns_means_any_of_each_and_all_of_them():
    theme = ThemeFactory(slug="economy")
    RecommendationFactory(
        reference="A-1", status="partly", reported_status="mostly", verified_status="partly", answer="noted",
        instrument="fund", priority="high", target_on=TODAY, updated_at=NOW, themes=[theme], source__slug="s-1",
    )  # fmt: skip
    RecommendationFactory(reference="A-2", source__slug="s-2")
    asked = {
        "status": ("partly", "mostly"),
        "reported_status": ("mostly",),
        "verified_status": ("partly",),
        "response": ("noted",),
        "instrument": ("fund",),
        "priority": ("high",),
        "source": ("s-1",),
        "theme": ("economy",),
        "due_before": TODAY + dt.timedelta(days=1),
        "due_after": TODAY - dt.timedelta(days=1),
        "updated_since": NOW,
        "delivery": ("due_soon",),
    }
    for name, value in asked.items():
        assert select(**{name: value}) == ["A-1"], name
    assert select(**asked) == ["A-1"]
    assert select(status=("partly",), freshness=("fresh",)) == []
    assert select() == ["A-1", "A-2"]


def test_selected_leaves_withdrawn_out_unless_asked_for():
    RecommendationFactory(reference="A-1", withdrawn_at=NOW)
    assert (select(), select(withdrawn=True)) == ([], ["A-1"])


def test_disagreement_needs_both_ratings(item, owned, alice, bob):
    RecommendationFactory(reference="A-1", reported_status="partly")
    rated = {"as_of": TODAY, "recorded_at": NOW}
    item.reported = item.assessments.create(kind="self", value="mostly", author=alice, **rated)
    item.verified = item.assessments.create(kind="review", value="partly", author=bob, **rated)
    item.reported_status, item.verified_status = "mostly", "partly"
    item.save()
    assert item.disagrees
    assert (select(disagreement=True), select(disagreement=False)) == (["T-900"], ["A-1"])


@pytest.mark.parametrize(
    ("words", "hit"),
    [("grants", True), ("grant -fund", False), ("гранты", True), ("гранта", True), ("t-900", True), ("zebra", False)],
)
def test_matching_knows_word_forms_of_both_languages(words, hit):
    RecommendationFactory(
        reference="T-900", title_en="Grant fund", title_ru="Фонд грантов", description_en="", description_ru=""
    )
    assert select(q=words) == (["T-900"] if hit else [])


def test_titles_are_in_the_readers_language(settings):
    from django.utils import translation

    item = RecommendationFactory(title_en="Fund", title_ru="Фонд", description_en="Only English")
    with translation.override("ru"):
        assert (item.title, item.description) == ("Фонд", "Only English")
        assert str(item) == f"{item.reference} Фонд"
    with translation.override("de"):
        assert item.title == "Fund"


def test_organizations_sort_by_name_in_the_readers_language():
    from django.utils import translation

    from recommendations.models import Organization

    OrganizationFactory(slug="a", name_en="A", sort_en="a", sort_ru="я")
    OrganizationFactory(slug="b", name_en="B", sort_en="b", sort_ru="а")
    assert [o.slug for o in Organization.objects.by_name()] == ["a", "b"]
    with translation.override("ru"):
        assert [o.slug for o in Organization.objects.by_name()] == ["b", "a"]


def test_people_sign_in_in_any_case():
    from recommendations.models import Person

    person = PersonFactory(email="zoe@example.org")
    assert Person.objects.get_by_natural_key("ZOE@example.org") == person
