"""Which days a look back stands at."""

import datetime as dt

import pytest

from recommendations.rules import series
from recommendations.rules.series import Step


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "step", "said"),
    [
        ("2026-11-22", "2026-11-24", "day", ["2026-11-22", "2026-11-23", "2026-11-24"]),
        ("2026-11-24", "2026-11-24", "day", ["2026-11-24"]),
        ("2026-11-10", "2026-11-24", "week", ["2026-11-15", "2026-11-22", "2026-11-24"]),
        ("2026-11-10", "2026-11-22", "week", ["2026-11-15", "2026-11-22"]),
        ("2026-01-31", "2026-04-02", "month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-02"]),
        ("2026-04-01", "2026-04-02", "month", ["2026-04-02"]),
        ("2026-12-01", "2027-01-31", "month", ["2026-12-31", "2027-01-31"]),
    ],
)
def test_marks_are_ends_and_the_last_day(first, last, step, said):
    assert [mark.isoformat() for mark in series.marks(day(first), day(last), Step(step))] == said


@pytest.mark.parametrize(("days", "step"), [(1, "day"), (31, "day"), (32, "week"), (210, "week"), (211, "month")])
def test_the_shortest_step_that_fits_is_taken(days, step):
    last = day("2026-11-24")
    first = last - dt.timedelta(days=days - 1)
    assert series.fitting(first, last) == step
    assert step == "month" or len(series.marks(first, last, Step(step))) <= series.FITTING


@pytest.mark.parametrize(
    ("since", "step", "is_refused"),
    [
        ("2026-11-24", "day", False),
        ("2026-11-25", "day", True),
        ("2025-11-24", "day", False),
        ("2025-11-23", "day", True),
        ("2025-11-23", "week", False),
        ("1990-01-01", "week", True),
        ("1999-01-01", "month", False),
        ("1990-01-01", "month", True),
    ],
)
def test_too_many_marks_and_what_has_not_come_are_refused(since, step, is_refused):
    found = series.check(day(since), day("2026-11-24"), Step(step))
    assert [(problem.code, problem.field) for problem in found] == [("bad_period", "since")] * is_refused
    if not is_refused:
        assert len(series.marks(day(since), day("2026-11-24"), Step(step))) <= series.MOST
