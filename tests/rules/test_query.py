"""A selection as the query of an address, and back."""

import pytest

from recommendations.rules import query
from recommendations.rules.errors import Invalid
from recommendations.rules.selection import Selection


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("?", ""),
        ("q=&status=", ""),
        ("ordering=reference", ""),
        ("?status=partly&status=reversed", "status=partly&status=reversed"),
        ("status=partly,reversed", "status=partly&status=reversed"),
        ("owner=me&follower=me&stalled=1", "owner=me&follower=me&stalled=true"),
        ("due_before=2027-01-01", "due_before=2027-01-01"),
        ("updated_since=2026-11-24", "updated_since=2026-11-24T00%3A00%3A00%2B00%3A00"),
        ("q=%D1%8F%20%26%20b", "q=%D1%8F+%26+b"),
    ],
)
def test_each_selection_has_one_way_to_be_written(said, kept):
    assert query.canonical(said) == kept
    assert query.canonical(kept) == kept
    assert query.read(kept) == query.read(said)


def test_nothing_asked_is_everything():
    assert query.read("") == Selection()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("colour=red", "bad_query"),
        ("status=green", "bad_query"),
        ("q=%00", "bad_query"),
        ("q=%ff", "bad_query"),
        ("cursor=abc", "bad_query"),
        ("&".join(["q=1"] * 201), "bad_query"),
        ("q=" + "a" * 2000, "too_long"),
    ],
)
def test_what_is_wrong_is_named_by_the_field(said, code):
    with pytest.raises(Invalid) as refused:
        query.read(said)
    assert refused.value.codes == [code]
    assert refused.value.problems[0].field == "query"
