"""Names, references and typed text."""

import datetime as dt

import pytest

from recommendations.rules import chain, references, vocabulary, words
from recommendations.rules.lifecycle import Status


@pytest.mark.parametrize("reference", ["RB-01", "A-1", "EU2024-123456789"])
def test_check_reference_takes(reference):
    assert references.check_reference(reference) == []


@pytest.mark.parametrize("reference", ["", "rb-01", "RB01", "RB-", "-1", "RB-0000000001", "RB-01\n", "РБ-01"])
def test_check_reference_refuses(reference):
    assert [p.code for p in references.check_reference(reference)] == ["bad_reference"]


@pytest.mark.parametrize(
    ("slug", "codes"), [("a-1", []), ("a--1", ["bad_slug"]), ("Ж", ["bad_slug"]), ("a" * 81, ["bad_slug"])]
)
def test_check_slug(slug, codes):
    assert [p.code for p in references.check_slug(slug)] == codes


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("Ёлка\n\tи 👍", []),
        ("", []),
        ("a" * 11, ["too_long"]),
        *((f"a{c}", ["control_characters"]) for c in "\x00\x08\x0b\x1b\x7f\x85\ud800\uffff"),
    ],
)
def test_check_text(value, codes):
    assert [p.code for p in words.check_text(value, "f", longest=10)] == codes


@pytest.mark.parametrize("value", ["", "  \n"])
def test_check_text_that_is_needed(value):
    assert [p.code for p in words.check_text(value, "f", longest=10, required=True)] == ["required"]


def test_sort_key_puts_yo_after_ye_and_forgets_case():
    names = ["Жук", "Ёж", "Ель", "Дом", "ежевика", "еще", "ещё"]
    assert sorted(names, key=words.sort_key) == ["Дом", "ежевика", "Ель", "еще", "ещё", "Ёж", "Жук"]


def test_check_past():
    today = dt.date(2026, 11, 24)
    assert words.check_past(today, today, "f") == []
    assert words.check_past(today + dt.timedelta(days=1), today, "f")[0].code == "in_the_future"


@pytest.mark.parametrize(
    ("year", "codes"),
    [(1, ["unlikely_year"]), (1899, ["unlikely_year"]), (1900, []), (2199, []), (2200, ["unlikely_year"])],
)
def test_a_mistyped_year_is_noticed(year, codes):
    assert [problem.code for problem in words.check_planned(dt.date(year, 6, 30), "target_on")] == codes
    assert words.check_planned(None, "target_on") == []


def test_canonical_json_orders_keys_by_length_then_bytes():
    assert chain.canonical_json({"bb": [True, None], "я": 1, "a": {"z": 1, "b": "«"}}) == (
        '{"a": {"b": "«", "z": 1}, "bb": [true, null], "я": 1}'
    )


def test_crosswalk_says_something_for_every_status():
    assert set(vocabulary.CROSSWALK) == set(Status)
    assert all(set(scale) <= set(vocabulary.SCALES) for scale in vocabulary.CROSSWALK.values())
