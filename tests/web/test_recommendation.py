"""The page of one recommendation: everything about it, for each role what they may know and do."""

import datetime as dt
import re
import uuid

import pytest

from recommendations.actions import recommendation as verbs
from recommendations.models import Assignment, Evidence, Passage, Recommendation
from recommendations.web import recommendation
from recommendations.web.steps import Steps
from tests.factories import NOW, PersonFactory, RecommendationFactory
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/recommendations/T-101/"
ROLES = ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"]


def test_page_tells_everything(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS))
    for said in (
        "Fair 1",
        "The owner says “Mostly implemented” (1 March 2026), the reviewer “Partly implemented” (1 April 2026).",
        "A fair was held in one city of two.",
        "As of 1 April 2026",
        "Hold another one.",
        "In the way:</strong> Funding",
        "<mark>hold a fair</mark>",
        "paragraph 2",
        "Accepted in part",
        "We accept a part of it.",
        "First fair",
        "Decree on fairs",
        "It was another fair.",
        "Lead · since 1 January 2025",
        "target 31 January 2026",
        "Fairs held",
        "Baseline 1",
        "Target 4",
        "33.3–35.1",
        "No value has been recorded yet",
    ):
        assert said in page, said
    assert "The whole history of this recommendation" not in page
    passage = Passage.objects.get()
    assert f'href="/sources/paper-1/#passage-{passage.uuid}"' in page
    assert faults(page) == []


def test_whoever_is_responsible_is_named_with_the_dates(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS))
    former = Assignment.objects.get(until__isnull=False).organization
    assert re.search(rf"Formerly</summary>.*{former.name}</a> <small>Supporting · 1 February 2025 – 1 June 2025", page)


@pytest.mark.parametrize("role", ROLES)
def test_names_of_people_are_for_those_who_are_signed_in(make_items, people, role, sign_in, words):
    make_items(1)
    page = words(sign_in(people[role]).get(ADDRESS))
    assert ("Alice" in page) is (role != "visitor")
    assert "@example.org" not in page
    assert faults(page) == []


def test_visitors_see_a_role_where_there_is_no_organization(client, make_items, words):
    make_items(1)
    page = words(client.get(ADDRESS))
    assert "by Reviewer" in page
    assert "by Ministry" in page


@pytest.mark.parametrize("role", ROLES)
def test_page_offers_what_the_role_may_do(make_items, people, role, sign_in):
    make_items(1)
    steps = sign_in(people[role]).get(ADDRESS).context["steps"]
    may = {
        "visitor": (False, False, False, False),
        "reader": (False, False, False, False),
        "contributor": (True, False, True, False),
        "reviewer": (False, True, True, False),
        "steward": (True, True, True, True),
        "administrator": (True, True, True, True),
    }
    assert (steps.report, steps.review, steps.attach, steps.assign) == may[role]
    assert steps.any is any(may[role])


def test_page_offers_nothing_to_those_who_own_something_else(item, make_items, sign_in):
    make_items(1)
    other = PersonFactory(name="Olga", role="contributor")
    assert not sign_in(other).get(ADDRESS).context["steps"].any


def test_a_person_assigned_by_name_may_report(item, owned, sign_in):
    olga = PersonFactory(name="Olga", role="contributor")
    Assignment.objects.update(person=olga)
    assert sign_in(olga).get("/recommendations/T-900/").context["steps"].report


def test_page_asks_the_same_number_of_questions_however_much_there_is(
    client, make_items, alice, django_assert_num_queries, django_assert_max_num_queries
):
    (item,) = make_items(1)
    with django_assert_max_num_queries(28) as asked:
        client.get(ADDRESS)
    other = make_items(1)[1]
    Assignment.objects.filter(recommendation=other, role="lead").update(role="validating")
    for relation in (item.milestones, item.responses, item.assignments, item.evidence):
        relation.model.objects.filter(recommendation=other).update(recommendation=item)
    for indicator in other.indicators.all():
        indicator.recommendations.set([item])
    other.passages.update(recommendation=item, position=2)
    with django_assert_num_queries(len(asked)):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    "address", ["/recommendations/T-777/", "/recommendations/t101/", "/recommendations/%00/", "/recommendations/x%0a/"]
)
def test_what_does_not_exist_is_not_found(client, address, words):
    assert "There is nothing at this address, or it is not yours to see." in words(client.get(address), 404)


def test_a_stranger_cannot_tell_hidden_from_missing(client, words):
    RecommendationFactory(reference="T-001", visibility="internal")
    hidden = words(client.get("/recommendations/T-001/"), 404)
    missing = words(client.get("/recommendations/T-002/"), 404)
    assert hidden.replace("T-001", "T-002") == missing


def test_readers_see_that_an_item_is_internal(dave, sign_in, words):
    RecommendationFactory(reference="T-001", visibility="internal")
    assert '<span class="flag flag-internal">Internal</span>' in words(sign_in(dave).get("/recommendations/T-001/"))


def test_an_item_that_nobody_has_touched_says_so(client, words):
    RecommendationFactory(reference="T-001", target_on=None)
    page = words(client.get("/recommendations/T-001/"))
    for said in (
        "No reviewer has looked at it yet.",
        "No owner has reported on it yet.",
        "Nobody is assigned yet",
        "No response recorded",
        "No target date",
        "Never assessed",
        "No passage of the source is named for it yet.",
        "Nothing has been added yet.",
        "Nothing has been recorded yet.",
    ):
        assert said in page
    assert faults(page) == []


def test_withdrawn_items_are_readable_and_can_only_be_restored(carol, sign_in, words):
    RecommendationFactory(reference="T-001", withdrawn_at=NOW)
    response = sign_in(carol).get("/recommendations/T-001/")
    assert "Withdrawn on 24 November 2026" in words(response)
    assert response.context["steps"] == Steps(restore=True)


@pytest.mark.parametrize(("visibility", "is_shown"), [("public", True), ("internal", False)])
def test_an_internal_whole_is_no_secret_told_by_its_part(client, dave, sign_in, visibility, is_shown, words):
    whole = RecommendationFactory(reference="T-001", title_en="The whole", visibility=visibility)
    RecommendationFactory(reference="T-002", parent=whole)
    assert ("The whole" in words(client.get("/recommendations/T-002/"))) is is_shown
    assert "The whole" in words(sign_in(dave).get("/recommendations/T-002/"))


@pytest.mark.parametrize(("visibility", "is_shown"), [("public", True), ("internal", False)])
def test_internal_parts_are_not_told_by_the_whole(client, dave, sign_in, visibility, is_shown, words):
    whole = RecommendationFactory(reference="T-001")
    RecommendationFactory(reference="T-002", title_en="A part", parent=whole, visibility=visibility)
    assert ("A part" in words(client.get("/recommendations/T-001/"))) is is_shown
    assert "A part" in words(sign_in(dave).get("/recommendations/T-001/"))


def test_a_text_without_the_passage_is_said(client, make_items, words):
    make_items(1)
    Passage.objects.get().anchors.update(state="lost", exact="", start=None, end=None)
    assert "The newest text of the source no longer holds this passage." in words(client.get(ADDRESS))


def test_hostile_words_stay_words(client, make_items, carol, words):
    make_items(1)
    attack = '<script>alert(1)</script><img src=x onerror=alert(1)>"'
    verbs.amend("T-101", {"title_en": attack, "description_en": attack}, actor=carol, now=NOW, seen=None)
    Evidence.objects.update(title=attack, issuer=attack)
    page = words(client.get(ADDRESS))
    assert "<script>" not in page
    assert page.count("<script") == page.count("<script src=")
    assert faults(page) == []


def test_ages_are_counted_in_the_readers_days(client, make_items, on_that_day, words):
    make_items(1)
    on_that_day.move_to(dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC))
    assert "(1 day ago)" in words(client.get(ADDRESS))


def test_russian_pages_are_russian(client, words):
    RecommendationFactory(reference="T-001", title_ru="Ярмарка", assessed_on=dt.date(2026, 6, 12))
    page = words(client.get("/recommendations/T-001/", headers={"accept-language": "ru"}))
    assert "Ярмарка" in page
    assert "12 июня 2026" in page
    assert Recommendation.objects.count() == 1


def test_a_long_history_leads_to_the_whole(client, make_items, monkeypatch, words):
    monkeypatch.setattr(recommendation, "LATELY", 2)
    make_items(1)
    response = client.get(ADDRESS)
    page = words(response)
    assert page.count('class="stream-line"') == 2
    older = re.search(r'rel="next" href="(\?cursor=[^"#]+)#history"', page)[1]
    after = client.get(f"{ADDRESS}{older}")
    assert 'rel="prev"' in words(after)
    seen = [line.event.pk for shown in (response, after) for line in shown.context["lines"]]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 4
    assert client.get(f"{ADDRESS}?cursor=nonsense").status_code == 400
    RecommendationFactory(reference="T-002")
    assert client.get(f"/recommendations/T-002/{older}").status_code == 400
    assert '<a href="/history/?recommendation=T-101">The whole history of this recommendation</a>' in page


def test_words_around_a_passage_are_of_the_text_itself(make_items):
    make_items(1)
    place = Passage.objects.with_place(12).get().place
    text = place.snapshot.text
    assert place.before == text[max(0, place.start - 12) : place.start]
    assert place.after == text[place.end : place.end + 12]
    nowhere = Passage.objects.with_place().get().place
    assert (nowhere.before, nowhere.after) == ("", "")


def test_values_that_make_a_course_are_drawn_as_a_line(client, make_items, words):
    (item,) = make_items(1)
    indicator = item.indicators.exclude(observations=None).order_by("pk").first()
    made = indicator.observations.order_by("pk").first()
    for year in (2021, 2022, 2023):
        made.pk, made.uuid = None, uuid.uuid4()
        made.period_start, made.period_end = dt.date(year, 1, 1), dt.date(year, 12, 31)
        made.save(force_insert=True)
    page = words(client.get(ADDRESS))
    assert page.count('class="course"') == 1
    assert "The same as a table" in page
    assert faults(page) == []


def test_what_changed_in_a_link_is_for_those_who_are_signed_in(client, make_items, dave, sign_in, words):
    make_items(1)
    Evidence.objects.update(outcome="changed")
    piece = Evidence.objects.filter(file="").first()
    there = f'href="/evidence/{piece.uuid}/#difference"'
    assert there in words(sign_in(dave).get(ADDRESS))
    assert there not in words(client.get(ADDRESS))


def test_small_letters_lead_to_the_item(client, make_items):
    make_items(1)
    answer = client.get("/recommendations/t-101/?as_of=2026-11-20")
    assert (answer.status_code, answer.url) == (301, "/recommendations/T-101/?as_of=2026-11-20")
    assert client.get("/recommendations/t-101/").url == "/recommendations/T-101/"
