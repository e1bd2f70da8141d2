"""Withdrawing, restoring, splitting and merging by program; figures that count what is split by its parts."""

import pytest

from recommendations.actions import merging, splitting
from recommendations.models import Recommendation
from tests.api import contract
from tests.api.test_contract import WRITERS
from tests.factories import NOW, RecommendationFactory

pytestmark = pytest.mark.django_db
PARTS = {"parts": [{"reference": "T-910", "title_en": "First"}, {"reference": "T-911", "title_en": "Second"}]}


@pytest.fixture
def double(item):
    return RecommendationFactory(reference="T-950")


def post(api, address, body, status=200, **headers):
    answer = api.post(address, body, **headers)
    contract.hold("post", f"/api/v1/{address}", answer)
    assert answer.status_code == status, answer.content
    return answer.json()


def errors(answer):
    return [(error["pointer"], error["code"]) for error in answer["errors"]]


def test_withdraw_and_restore(item, steward, visitor):
    tag = steward.get("recommendations/T-900/")["ETag"]
    made = post(steward, "recommendations/T-900/withdraw/", {"reason": "Because."}, If_Match=tag)
    assert made["withdrawn_at"].startswith("2026-11-24T09:30:0")
    post(steward, "recommendations/T-900/restore/", {"reason": "Why not."}, 412, If_Match=tag)
    assert errors(post(steward, "recommendations/T-900/withdraw/", {"reason": "Again."}, 409)) == [
        ("", "already_withdrawn")
    ]
    assert errors(post(steward, "recommendations/T-900/restore/", {"reason": ""}, 400)) == [("/reason", "required")]
    assert post(steward, "recommendations/T-900/restore/", {"reason": "Why not."})["withdrawn_at"] is None
    assert [row["verb"] for row in visitor.get("recommendations/T-900/history/").json()["results"]] == [
        "withdrawn",
        "restored",
    ]


def test_split_answers_the_whole_with_its_number_of_parts(item, steward, visitor):
    made = post(steward, "recommendations/T-900/split/", PARTS)
    assert (made["elements"], made["is_computed"], made["status"]) == (2, True, "not_assessed")
    part = visitor.get("recommendations/T-910/").json()
    assert (part["parent"], part["elements"], part["is_computed"]) == ("T-900", 0, False)
    said = {"kind": "self", "value": "partly", "as_of": "2026-11-24"}
    assert errors(post(steward, "recommendations/T-900/assessments/", said, 409)) == [("", "has_parts")]
    post(steward, "recommendations/T-910/assessments/", said, 201)
    whole = visitor.get("recommendations/T-900/").json()
    assert (whole["status"], whole["is_self_reported"], whole["latest_self_assessment"]) == ("partly", True, None)


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({}, 400, [("/parts", "required")]),
        ({"parts": {}}, 400, [("/parts", "bad_value")]),
        ({"parts": [PARTS["parts"][0]]}, 400, [("/parts", "too_few")]),
        ({"parts": [PARTS["parts"][0]] * 51}, 400, [("/parts", "too_many")]),
        ({"parts": ["a", {"reference": "t", "colour": 1}]}, 400, [("/parts/0", "bad_value"), ("/parts/1/colour", "unknown_field")]),
        ({"parts": [{"reference": "t"}, PARTS["parts"][0]]}, 400, [("/parts/0/reference", "bad_reference"), ("/parts/0/title_en", "required")]),
        ({"parts": [PARTS["parts"][0]] * 2}, 409, [("/parts/1/reference", "reference_taken")]),
    ],
)  # fmt: skip
def test_split_names_what_is_wrong_by_its_place(item, steward, body, status, found):
    assert errors(post(steward, "recommendations/T-900/split/", body, status)) == found
    assert Recommendation.objects.count() == 1


def test_merge_and_where_it_went(item, double, steward, visitor):
    made = post(steward, "recommendations/T-900/merge/", {"into": "T-950"})
    assert (made["merged_into"], made["reference"]) == ("T-950", "T-900")
    assert visitor.get("recommendations/T-900/").json()["merged_into"] == "T-950"
    assert visitor.get("recommendations/T-950/").json()["merged_into"] is None
    before = visitor.get("recommendations/T-900/")["ETag"]
    Recommendation.objects.filter(reference="T-950").update(visibility="internal")
    hidden = visitor.get("recommendations/T-900/")
    assert (hidden.json()["merged_into"], hidden["ETag"] == before) == (None, False)
    assert [row["verb"] for row in visitor.get("recommendations/T-900/history/").json()["results"]] == []
    assert errors(post(steward, "recommendations/T-950/merge/", {"into": "T-999"}, 400)) == [("/into", "unknown_name")]


@pytest.mark.parametrize("role", sorted(WRITERS - {"steward", "administrator"}))
@pytest.mark.parametrize(("verb", "body"), [("withdraw", {"reason": "a"}), ("restore", {"reason": "a"}), ("split", PARTS), ("merge", {"into": "T-950"})])  # fmt: skip
def test_structure_is_for_stewards(item, owned, double, apis, role, verb, body):
    assert errors(post(apis[role], f"recommendations/T-900/{verb}/", body, 403)) == [("", "stewards_only")]


def test_figures_count_what_is_split_by_its_parts(item, double, carol, visitor):
    splitting.split("T-900", [splitting.Part("T-910", "A"), splitting.Part("T-911", "B")], actor=carol, now=NOW)
    figures = visitor.get("statistics/").json()
    assert (figures["total"], figures["split"], figures["status"]["not_assessed"]) == (3, 1, 3)
    assert visitor.get("statistics/?computed=true").json()["split"] == 1
    found = {row["reference"] for row in visitor.get("recommendations/").json()["results"]}
    assert found == {"T-900", "T-910", "T-911", "T-950"}
    for flag, rows in (("true", ["T-900"]), ("false", ["T-910", "T-911", "T-950"])):
        listed = visitor.get(f"recommendations/?computed={flag}").json()["results"]
        assert [row["reference"] for row in listed] == rows


def test_passages_of_what_was_merged_stay_in_their_source(full, carol, visitor):
    other = RecommendationFactory(reference="T-950")
    Recommendation.objects.filter(parent__isnull=False).update(parent=None)
    address = f"sources/{full.source.slug}/passages/"
    merging.merge("T-900", "T-950", actor=carol, now=NOW)
    assert [row["recommendation"] for row in visitor.get(address).json()["results"]] == ["T-900"]
    other.visibility = "internal"
    Recommendation.objects.filter(pk=other.pk).update(visibility="internal")
    assert visitor.get(address).json()["results"] == []
