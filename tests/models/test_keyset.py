"""Pages of a list."""

import base64
import json

import pytest
from django.db.models import Value
from django.db.models.functions import Coalesce

from recommendations.models import Recommendation
from recommendations.models.keyset import Order, page
from recommendations.models.recommendation import FAR
from recommendations.rules.errors import Invalid
from tests.factories import NOW, TODAY, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db
BY_REFERENCE = Order("reference", "sort_key")
BY_DUE = Order("-due_on", "due_on", descending=True)


@pytest.fixture
def items():
    source = SourceFactory()
    for n in range(7):
        RecommendationFactory(reference=f"A-{n}", source=source, target_on=TODAY if n % 2 else None, updated_at=NOW)


def walk(rows, order, *, size=3, forth=True, start=None):
    seen, cursor = [], start
    while True:
        found = page(rows, order, cursor=cursor, size=size)
        seen.append([row["reference"] for row in found.rows])
        cursor = found.next if forth else found.previous
        if cursor is None:
            return seen, found


def by_due():
    return Recommendation.objects.annotate(due_on=Coalesce("target_on", Value(FAR))).values("id", "reference", "due_on")


def test_page_walks_there_and_back(items):
    rows = Recommendation.objects.values("id", "reference", "sort_key")
    there, last = walk(rows, BY_REFERENCE)
    assert there == [["A-0", "A-1", "A-2"], ["A-3", "A-4", "A-5"], ["A-6"]]
    back, first = walk(rows, BY_REFERENCE, forth=False, start=last.previous)
    assert back == [["A-3", "A-4", "A-5"], ["A-0", "A-1", "A-2"]]
    assert first.next is not None
    assert page(rows, BY_REFERENCE, cursor=None, size=7).next is None


def test_page_by_a_nullable_column_downwards(items):
    there, _last = walk(by_due(), BY_DUE)
    assert there == [["A-6", "A-4", "A-2"], ["A-0", "A-5", "A-3"], ["A-1"]]


def test_page_is_stable_when_rows_come_and_go(items):
    rows = Recommendation.objects.values("id", "reference", "sort_key")
    first = page(rows, BY_REFERENCE, cursor=None, size=3)
    Recommendation.objects.filter(reference="A-2").delete()
    RecommendationFactory(reference="A-00")
    assert [r["reference"] for r in page(rows, BY_REFERENCE, cursor=first.next, size=3).rows] == ["A-3", "A-4", "A-5"]


def test_page_of_instances_and_of_nothing(items):
    rows = Recommendation.objects.order_by()
    assert page(rows, BY_REFERENCE, cursor=None, size=3).next is not None
    empty = page(rows.none(), BY_REFERENCE, cursor=None, size=3)
    assert (empty.rows, empty.next, empty.previous) == ([], None, None)


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "bad",
    [
        "x", "é", "%", cursor(), cursor("reference", 0, "A", 1, 2), cursor("other", 0, "A", 1),
        cursor("reference", 2, "A", 1), cursor("reference", 0, "A", 0), cursor("reference", 0, "A", 2**63),
        cursor("reference", 0, "A", "1"), cursor("reference", 0, "A\x00", 1), cursor("reference", 0, None, 1),
        cursor("reference", 0, [], 1), cursor("reference", [], "A", 1), "W" * 10_000,
    ],
)  # fmt: skip
def test_page_refuses_a_cursor_that_is_none(items, bad):
    with pytest.raises(Invalid) as refused:
        page(Recommendation.objects.values("id", "sort_key"), BY_REFERENCE, cursor=bad, size=3)
    assert refused.value.codes == ["bad_cursor"]


@pytest.mark.parametrize("bad", [cursor("-due_on", 0, "2026-99-99", 1), cursor("-due_on", 0, 2**70, 1)])
def test_page_refuses_values_that_the_column_cannot_have(items, bad):
    with pytest.raises(Invalid):
        page(by_due(), BY_DUE, cursor=bad, size=3)
