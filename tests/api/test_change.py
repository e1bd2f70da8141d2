"""`changes/`: as described, by kind, page by page, for whom."""

import pytest

from recommendations.actions import assignment, evidence, followup, recommendation
from recommendations.api.change import SHAPE
from recommendations.models import Assignment
from recommendations.models.change import ChangeKind
from tests.api import contract
from tests.factories import NOW, TODAY, OrganizationFactory, RecommendationFactory, let_it_stand

pytestmark = pytest.mark.django_db
SINCE = "since=2026-11-20"


def answers(api, query=SINCE):
    path = f"/api/v1/changes/?{query}"
    answer = api.get(path)
    contract.hold("get", path, answer)
    return answer.json()


@pytest.fixture
def changed(item, owned, alice, bob, carol):
    """An item of which everything became something else, and a hidden one that is new."""
    OrganizationFactory(slug="other")
    let_it_stand()
    draft = evidence.Draft("Decree", "https://example.org/1", TODAY, "primary")
    piece = evidence.attach("T-900", draft, actor=carol, now=NOW)
    said = followup.Statement(TODAY, "Done.", evidence=(piece.uuid,))
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    followup.assess("T-900", "partly", kind="review", statement=said, actor=bob, now=NOW, seen=None)
    assignment.release(Assignment.objects.get().uuid, TODAY, actor=carol, now=NOW)
    assignment.assign("T-900", "other", role="lead", since=TODAY, actor=carol, now=NOW)
    recommendation.amend("T-900", {"target_on": TODAY, "title_ru": "Новое"}, actor=carol, now=NOW, seen=None)
    RecommendationFactory(reference="T-901", visibility="internal", source=item.source)
    return item


def test_everything_that_differs(changed, visitor, reader):
    (row,) = answers(visitor)["results"]
    assert row["kinds"] == ["reviewed", "reported", "owners", "target", "wording", "evidence_added"]
    assert row["status"] == {"before": "not_assessed", "after": "partly"}
    assert row["reviewed"]["assessment"]["author"] is None
    assert row["owners"] == {
        "added": [{"role": "lead", "slug": "other"}],
        "removed": [{"role": "lead", "slug": "ministry"}],
    }
    assert row["target_on"] == {"before": None, "after": "2026-11-24"}
    assert row["wording"] == ["title_ru"]
    assert row["response"] is None
    assert row["evidence_added"][0]["url"].endswith(f"/evidence/{row['evidence_added'][0]['id']}/")
    rows = answers(reader)["results"]
    assert rows[0]["reviewed"]["assessment"]["author"] == "Bob"
    assert [row["reference"] for row in rows] == ["T-900", "T-901"]


def test_by_kind_and_by_page(changed, visitor, carol):
    for number in range(3):
        wording = recommendation.Wording(title_en=f"New {number}", source=changed.source.slug)
        recommendation.register(f"T-91{number}", wording, actor=carol, now=NOW)
    page = answers(visitor, f"{SINCE}&kind=new&page_size=2&count=exact")
    assert [row["reference"] for row in page["results"]] == ["T-910", "T-911"]
    assert page["count"] == 3
    following = visitor.get(page["next"].partition("/api/v1/")[2]).json()
    assert [row["reference"] for row in following["results"]] == ["T-912"]
    assert {row["kinds"][0] for row in page["results"]} == {"new"}
    assert len(answers(visitor, f"{SINCE}&kind=wording,new&kind=target")["results"]) == 4
    assert answers(visitor, "since=1990-01-01&until=1990-01-02")["results"] == []
    assert list(answers(visitor, f"{SINCE}&fields=reference")["results"][0]) == ["reference"]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("since=2026-11-25", "/since", "in_the_future"),
        ("until=x", "/until", "bad_parameter"),
        ("since=2026-11-24", "/since", "bad_period"),
        ("since=2026-11-02&until=2026-11-01", "/since", "bad_period"),
        ("kind=colour", "/kind", "not_a_choice"),
        ("as_of=2026-11-01", "/as_of", "unknown_parameter"),
        ("since=2026-11-01&since=2026-11-02", "/since", "bad_parameter"),
    ],
)
def test_wrong_questions(visitor, query, pointer, code):
    (error,) = answers(visitor, query)["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_every_kind_is_named():
    assert SHAPE["properties"]["kinds"]["items"]["enum"] == ChangeKind.values
