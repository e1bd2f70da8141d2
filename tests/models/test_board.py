"""A list by status: the first of each, in the list's order, and how many there are."""

import pytest

from recommendations.models import Recommendation, board, facets
from recommendations.rules.lifecycle import Status
from tests.factories import RecommendationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def items():
    for n in range(6):
        RecommendationFactory(reference=f"T-{n}", priority=("low", "high")[n % 2])
    Recommendation.objects.filter(reference__in=["T-0", "T-1", "T-2", "T-3"]).update(status="partly")
    return Recommendation.objects.all().order_by()


def shown(columns):
    return {column.status: ([row["reference"] for row in column.rows], column.count) for column in columns}


@pytest.mark.parametrize(
    ("ordering", "order"),
    [("reference", ["T-0", "T-1", "T-2"]), ("-reference", ["T-3", "T-2", "T-1"]), ("priority", ["T-1", "T-3", "T-0"])],
)
def test_each_column_has_the_first_of_its_status(items, monkeypatch, ordering, order):
    monkeypatch.setattr(board, "SHOWN", 3)
    wanted = (Status.PARTLY, Status.REVERSED)
    columns = board.columns(items, wanted, ordering, person=None, counts=None)
    assert shown(columns) == {Status.PARTLY: (order, 4), Status.REVERSED: ([], 0)}
    assert [column.is_cut for column in columns] == [True, False]


def test_one_column_and_counts_that_are_known(items, django_assert_num_queries):
    with django_assert_num_queries(2):
        (column,) = board.columns(items, [Status.PARTLY], "reference", person=None, counts={"partly": 4})
    assert (column.count, len(column.rows), column.is_cut, column.is_long) == (4, 4, False, False)
    assert board.columns(items, [Status.REVERSED], "reference", person=None, counts=None)[0].rows == []


def test_nobody_counts_without_end(items, monkeypatch):
    monkeypatch.setattr(facets, "MOST", 2)
    (column,) = board.columns(items, [Status.PARTLY], "reference", person=None, counts=None)
    assert (column.count, column.is_long) == (3, True)
