"""Searching through the API: order, highlights, spelling, further pages, and what it costs."""

import pytest
from django.conf import settings as configured

from recommendations.models import Recommendation
from tests.api.test_door import problem
from tests.factories import RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts():
    source = SourceFactory()
    for number in range(1, 4):
        RecommendationFactory(
            reference=f"T-{number}", title_en=f"Plan {number}", description_en="On grants & <more>.", source=source
        )
    RecommendationFactory(reference="T-9", title_en="Grants", title_ru="Гранты", visibility="internal", source=source)


def names(body):
    return [row["reference"] for row in body["results"]]


def test_results_of_a_search_are_ranked_and_highlighted(texts, visitor, steward):
    body = visitor.get("recommendations/?q=grant").json()
    assert set(body) == {"next", "previous", "results", "spelling"}
    assert (names(body), body["spelling"]) == (["T-3", "T-2", "T-1"], None)
    assert body["results"][0]["highlights"] == {
        "title": "Plan 3",
        "description": "<mark>grants</mark>",
    }
    assert names(steward.get("recommendations/?q=grant").json()) == ["T-9", "T-3", "T-2", "T-1"]
    russian = steward.get("recommendations/?q=grant OR гранты&page_size=1", Accept_Language="ru").json()
    assert russian["results"][0]["highlights"] == {"title": "<mark>Гранты</mark>", "description": None}
    assert names(visitor.get("recommendations/?q=grant&ordering=reference").json()) == ["T-1", "T-2", "T-3"]


def test_without_a_search_nothing_is_highlighted(texts, visitor):
    body = visitor.get("recommendations/").json()
    assert "spelling" not in body
    assert {row["highlights"] for row in body["results"]} == {None}
    assert "highlights" not in visitor.get("recommendations/T-1/").json()


def test_a_corrected_search_goes_on_with_what_was_used(texts, visitor):
    body = visitor.get("recommendations/?q=grnats&page_size=2&count=exact").json()
    assert body["spelling"] == {"asked": "grnats", "used": "grants"}
    assert (names(body), body["count"]) == (["T-3", "T-2"], 3)
    assert "mark" in body["results"][0]["highlights"]["description"]
    assert "q=grants" in body["next"]
    rest = visitor.get(body["next"].removeprefix(configured.PUBLIC_URL)).json()
    assert (names(rest), rest["spelling"], rest["next"]) == (["T-1"], None, None)
    assert visitor.get('recommendations/?q="grnats"').json()["results"] == []
    empty = visitor.get("recommendations/?q=submarines").json()
    assert (empty["results"], empty["spelling"]) == ([], None)


def test_only_a_search_is_sorted_by_relevance(texts, visitor):
    answer = visitor.get("recommendations/?ordering=-relevance")
    assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "/ordering"
    assert names(visitor.get("recommendations/?q=grant&ordering=-relevance").json()) == ["T-1", "T-2", "T-3"]


@pytest.mark.parametrize(
    "query", ["q=grant", "q=grant&ordering=due_on", "ordering=due_on", "q=plan", "as_of=2026-11-24"]
)
def test_a_cursor_is_good_for_its_own_question_only(texts, visitor, query):
    cursor = visitor.get("recommendations/?page_size=1").json()["next"].split("cursor=")[1]
    asked = visitor.get(f"recommendations/?page_size=2&cursor={cursor}")
    assert asked.status_code == 200
    if query.startswith("as_of"):  # the same list on another day
        return
    answer = visitor.get(f"recommendations/?{query}&cursor={cursor}")
    assert problem(answer, 400, "invalid")["errors"][0]["code"] == "bad_cursor"


def test_cursors_of_other_lists_are_sealed_too(full, reader):
    ours = reader.get("organizations/?page_size=1").json()
    assert ours["next"], ours
    cursor = ours["next"].split("cursor=")[1]
    assert reader.get(f"organizations/?cursor={cursor}").status_code == 200
    answer = reader.get(f"themes/?cursor={cursor}")
    assert problem(answer, 400, "invalid")["errors"][0]["code"] == "bad_cursor"


@pytest.mark.parametrize(
    ("fields", "left_out"),
    [
        ("reference,title", {"theme_slugs", "lead", "pace", "has_lost_evidence"}),
        ("themes,stalled", {"lead", "has_lost_evidence"}),
    ],
)
def test_fields_that_nobody_asks_for_are_not_fetched(texts, visitor, django_assert_num_queries, fields, left_out):
    with django_assert_num_queries(2) as asked:
        row = visitor.get(f"recommendations/?fields={fields}").json()["results"][0]
    assert set(row) == {*fields.split(",")}
    assert [name for name in left_out if f'AS "{name}"' in asked.captured_queries[1]["sql"]] == []


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("", 2), ("q=plan", 4), ("q=plan&ordering=due_on", 5), ("q=propsoal", 7), ("ordering=-priority", 2),
        ("q=plan&fields=reference", 3), ("page_size=1&count=exact", 3), ("status=partly&theme=economy", 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 3])
def test_a_search_needs_few_statements_for_any_number(visitor, django_assert_num_queries, query, most, size):
    source = SourceFactory()
    for number in range(size + 1):
        RecommendationFactory(reference=f"T-{number}", title_en="Plan", description_en="A proposal", source=source)
    with django_assert_num_queries(most):
        assert visitor.get(f"recommendations/?{query}").status_code == 200


def test_the_schema_says_what_a_search_answers(visitor):
    schema = visitor.get("schema/", Accept="application/json").json()
    answer = schema["paths"]["/api/v1/recommendations/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert set(answer["schema"]["properties"]) == {"next", "previous", "results", "count", "spelling"}
    assert answer["schema"]["required"] == ["next", "previous", "results"]
    assert "highlights" in schema["components"]["schemas"]["ListedRecommendation"]["required"]
    assert "highlights" not in schema["components"]["schemas"]["RecommendationDetail"]["properties"]


def test_statistics_and_exports_take_words_as_they_are(texts, visitor):
    assert visitor.get("statistics/?q=grnats").json()["total"] == 0
    assert visitor.get("statistics/?q=grants").json()["total"] == 3
    lines = b"".join(visitor.get("exports/recommendations.ndjson?q=grants").streaming_content).splitlines()
    assert len(lines) == 3
    assert Recommendation.objects.count() == 4
