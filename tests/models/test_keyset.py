"""Pages of a list."""

import base64
import datetime as dt
import random

import pytest

from recommendations.models import Recommendation, finding, orders, relevance
from recommendations.models.keyset import Order, page
from recommendations.rules import selection
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Priority
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
    return Recommendation.objects.annotate(due_on=orders.due_on()).values("id", "reference", "due_on")


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


@pytest.mark.parametrize("bad", ["x", "é", "%", "W" * 10_000, "AAAAAAAAAAAAAAAAWzAsIkEiLDFd"])
def test_page_refuses_a_cursor_that_is_none(items, bad):
    with pytest.raises(Invalid) as refused:
        page(Recommendation.objects.values("id", "sort_key"), BY_REFERENCE, cursor=bad, size=3)
    assert refused.value.codes == ["bad_cursor"]


def test_page_refuses_a_cursor_that_was_changed_or_is_of_another_list(items):
    rows = Recommendation.objects.values("id", "reference", "sort_key")
    cursor = page(rows, BY_REFERENCE, cursor=None, size=3, question="a").next
    assert page(rows, BY_REFERENCE, cursor=cursor, size=3, question="a").rows
    text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    changed = base64.urlsafe_b64encode(text[:-1] + b" ]").decode().rstrip("=")
    for other, question in ((cursor, "b"), (cursor, ""), (changed, "a"), (cursor[:-4], "a")):
        with pytest.raises(Invalid):
            page(rows, BY_REFERENCE, cursor=other, size=3, question=question)
    with pytest.raises(Invalid):
        page(by_due(), BY_DUE, cursor=cursor, size=3, question="a")


ORDERINGS = [sign + name for name in selection.ORDERINGS for sign in ("", "-")]


@pytest.mark.uncounted
@pytest.mark.parametrize("ordering", ORDERINGS)
def test_what_stands_throughout_is_seen_exactly_once(ordering, monkeypatch):
    """Others come, change and move between any two pages, the newest hits of a search among them."""
    monkeypatch.setattr(relevance, "MOST", 12)
    chance, source = random.Random(ordering), SourceFactory()

    def said():
        return {
            "target_on": chance.choice([None, TODAY, TODAY - dt.timedelta(days=1)]),
            "priority": chance.choice(Priority.values),
            "status": chance.choice(Status.values),
            "updated_at": NOW - dt.timedelta(minutes=chance.randrange(5)),
            "title_en": chance.choice(["Energy", "Courts"]),
        }

    def made(reference):
        return RecommendationFactory(reference=reference, source=source, description_en="On energy.", **said())

    lasting = {made(f"A-{chance.randrange(10**6)}{n:02}").reference for n in range(20)}
    others = [made(f"B-{chance.randrange(10**6)}{n:02}") for n in range(20)]
    wanted = selection.parse({"ordering": [ordering], **({"q": ["energy"]} if "relevance" in ordering else {})})
    seen, cursor = [], None
    while True:
        found = finding.find(wanted, person=None, today=TODAY, cursor=cursor, size=chance.randrange(1, 6)).page
        seen += [row["reference"] for row in found.rows]
        for _act in range(3):
            others.append(made(f"{chance.choice('AZ')}-{len(others)}{chance.randrange(10**6)}"))
            Recommendation.objects.filter(pk=chance.choice(others).pk).update(**said())
        cursor = found.next
        if cursor is None:
            break
    assert sorted(reference for reference in seen if reference in lasting) == sorted(lasting)


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_every_ordering_walks_back_to_where_it_began(ordering):
    source = SourceFactory()
    for n in range(7):
        status, priority = Status.values[n % 3], Priority.values[n % 2]
        RecommendationFactory(
            reference=f"A-{n}", source=source, target_on=TODAY if n % 2 else None, status=status, priority=priority
        )
    wanted = selection.parse({"ordering": [ordering], **({"q": ["proposal"]} if "relevance" in ordering else {})})

    def turn(cursor, size=3):
        found = finding.find(wanted, person=None, today=TODAY, cursor=cursor, size=size).page
        return [row["reference"] for row in found.rows], found

    whole, _page = turn(None, 10)
    first, one = turn(None)
    second, two = turn(one.next)
    third, three = turn(two.next)
    assert [*first, *second, *third] == whole
    assert (three.next, one.previous) == (None, None)
    assert turn(three.previous)[0] == second
    assert turn(turn(three.previous)[1].previous)[0] == first
