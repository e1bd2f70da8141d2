"""Counts beside filters: what each value would find, held against asking for it."""

import datetime as dt
from dataclasses import replace

import pytest

from recommendations.models import Recommendation, facets, finding
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.selection import Selection
from recommendations.rules.vocabulary import Answer, Instrument, Priority
from tests.factories import (
    TODAY,
    AssignmentFactory,
    OrganizationFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
WAYS = {
    "status": Status,
    "instrument": Instrument,
    "priority": Priority,
    "response": Answer,
    "delivery": Delivery,
    "freshness": Freshness,
}


@pytest.fixture
def many():
    """Twenty-four items that differ in every way a filter asks for; every fourth is internal, one is withdrawn."""
    themes = [ThemeFactory(slug=f"theme-{n}") for n in range(3)]
    sources = [SourceFactory(slug=f"source-{n}") for n in range(3)]
    bodies = [OrganizationFactory(slug=f"body-{n}") for n in range(3)]
    statuses, instruments, answers = list(Status), list(Instrument), ["", *Answer]
    for n in range(24):
        item = RecommendationFactory(
            reference=f"T-{n}",
            title_en="Grants" if n % 2 else "Courts",
            source=sources[n % 3],
            themes=[themes[n % 3], themes[(n + 1) % 2]],
            instrument=instruments[n % len(instruments)],
            priority=list(Priority)[n % 3],
            target_on=TODAY + dt.timedelta(days=20 * n - 200) if n % 5 else None,
            visibility="public" if n % 4 else "internal",
        )
        Recommendation.objects.filter(pk=item.pk).update(
            status=statuses[n % 8],
            answer=answers[n % 6],
            assessed_on=TODAY - dt.timedelta(days=15 * n) if n % 7 else None,
        )
        AssignmentFactory(recommendation=item, organization=bodies[n % 3], role="lead" if n % 2 else "supporting")
        AssignmentFactory(recommendation=item, organization=bodies[(n + 1) % 3], role="lead", until=TODAY)
    Recommendation.objects.filter(reference="T-23").update(withdrawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return {"theme": [t.slug for t in themes], "source": [s.slug for s in sources], "lead": [b.slug for b in bodies]}


def found(wanted, person):
    return finding.matching(wanted, person=person, today=TODAY).items.count()


@pytest.mark.parametrize(
    "wanted",
    [
        Selection(),
        Selection(status=(Status.PARTLY, Status.MOSTLY)),
        Selection(theme=("theme-1",), delivery=(Delivery.OVERDUE, Delivery.NO_TARGET)),
        Selection(q="grants", priority=(Priority.HIGH,)),
        Selection(lead=("body-1", "body-2"), source=("source-1",), withdrawn=False),
        Selection(withdrawn=True),
        Selection(response=(Answer.NOTED,), freshness=(Freshness.STALE,), instrument=(Instrument.FUND,)),
        Selection(owner_me=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("role", ["visitor", "reader"])
def test_each_count_is_what_choosing_the_value_alone_finds(many, people, wanted, role):
    person = people[role]
    told = facets.tally(wanted, person=person, today=TODAY)
    assert told.size == found(wanted, person)
    assert not told.is_long
    values = {**{name: list(choices) for name, choices in WAYS.items()}, **many}
    assert set(told.counts) == set(values) == set(facets.FACETS)
    for name, possible in values.items():
        asked = {value: found(replace(wanted, **{name: (value,)}), person) for value in possible}
        told_of = {value: count for value, count in told.counts[name].items() if value}
        assert told_of == {value: count for value, count in asked.items() if count}, name


def test_it_is_one_statement(many, django_assert_num_queries):
    with django_assert_num_queries(1):
        facets.tally(Selection(status=(Status.PARTLY,), theme=("theme-1",)), person=None, today=TODAY)


def test_a_long_list_is_not_counted_and_neither_is_a_filter_that_would_be_one(many, people, monkeypatch):
    monkeypatch.setattr(facets, "MOST", 5)
    told = facets.tally(Selection(), person=people["reader"], today=TODAY)
    assert (told.is_long, told.size, told.counts) == (True, 6, {})
    told = facets.tally(Selection(status=(Status.PARTLY,)), person=people["reader"], today=TODAY)
    assert (told.is_long, told.size) == (False, 3)
    assert set(told.counts) == {*facets.FACETS} - {"status"}
