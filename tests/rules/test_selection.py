"""The query language of lists."""

import datetime as dt

import pytest
from django.http import QueryDict

from recommendations.rules.errors import Invalid
from recommendations.rules.selection import PARAMETERS, Selection, parse


def read(query, **options):
    return parse(dict(QueryDict(query).lists()), **options)


def test_parse_nothing_asks_nothing():
    assert read("") == Selection()


@pytest.mark.parametrize(
    ("query", "member", "value"),
    [
        ("status=partly", "status", ("partly",)),
        ("status=partly,mostly&status=partly", "status", ("partly", "mostly")),
        ("reported_status=no_action", "reported_status", ("no_action",)),
        ("verified_status=not_assessed", "verified_status", ("not_assessed",)),
        ("response=accepted", "response", ("accepted",)),
        ("theme=economy,science", "theme", ("economy", "science")),
        ("instrument=fund", "instrument", ("fund",)),
        ("priority=high", "priority", ("high",)),
        ("source=sutyrin-2019", "source", ("sutyrin-2019",)),
        ("lead=ministry", "lead", ("ministry",)),
        ("organization=ministry", "organization", ("ministry",)),
        ("owner=me", "owner_me", True),
        ("delivery=overdue", "delivery", ("overdue",)),
        ("freshness=stale", "freshness", ("stale",)),
        ("disagreement=true", "disagreement", True),
        ("disagreement=0", "disagreement", False),
        ("computed=false", "computed", False),
        ("withdrawn=1", "withdrawn", True),
        ("due_before=2026-12-01", "due_before", dt.date(2026, 12, 1)),
        ("due_after=2026-12-01", "due_after", dt.date(2026, 12, 1)),
        ("updated_since=2026-12-01", "updated_since", dt.datetime(2026, 12, 1, tzinfo=dt.UTC)),
        ("updated_since=2026-12-01T10:00:00Z", "updated_since", dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)),
        ("updated_since=2026-12-01T10:00:00", "updated_since", dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)),
        ("updated_since=2026-12-01T10:00:00+03:00", "updated_since", dt.datetime(2026, 12, 1, 7, tzinfo=dt.UTC)),
        ("ordering=-updated_at", "ordering", "-updated_at"),
    ],
)
def test_parse_reads_each_parameter(query, member, value):
    assert read(query) == Selection(**{member: value})


def test_parse_sorts_words_by_relevance():
    assert read("q=grants, funds ") == Selection(q="grants, funds", ordering="relevance")
    assert read("q=grants&ordering=reference") == Selection(q="grants", ordering="reference")


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("colour=red", "colour", "unknown_parameter"),
        ("status=done", "status", "bad_parameter"),
        ("status=", "status", "bad_parameter"),
        ("theme=A+B", "theme", "bad_parameter"),
        ("owner=you", "owner", "bad_parameter"),
        ("owner=me,me", "owner", "bad_parameter"),
        ("disagreement=maybe", "disagreement", "bad_parameter"),
        ("due_before=tomorrow", "due_before", "bad_parameter"),
        ("updated_since=12", "updated_since", "bad_parameter"),
        ("updated_since=0001-01-01T00:00:00%2B23:00", "updated_since", "bad_parameter"),
        ("q=a%00b", "q", "bad_parameter"),
        ("q=" + "a" * 201, "q", "bad_parameter"),
        ("q=a&q=b", "q", "bad_parameter"),
        ("ordering=colour", "ordering", "bad_parameter"),
    ],
)
def test_parse_names_what_is_wrong(query, field, code):
    with pytest.raises(Invalid) as refused:
        read(query)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert str(refused.value.problems[0].detail)


def test_parse_names_everything_that_is_wrong():
    with pytest.raises(Invalid) as refused:
        read("status=done&colour=red&q=ok")
    assert refused.value.codes == ["bad_parameter", "unknown_parameter"]


def test_parse_leaves_the_doors_parameters_alone_and_empty_fields_of_forms():
    assert read("cursor=x&status=&q=&owner=&page_size=7", others=("cursor", "page_size"), blank_ok=True) == Selection()


def test_parameters_are_those_of_the_promise():
    promised = (
        "status reported_status verified_status response theme instrument priority source lead organization owner"
        " delivery freshness disagreement due_before due_after updated_since q ordering"
    )
    assert set(promised.split()) <= set(PARAMETERS)
