"""Where the parts of charts stand: coordinates, stacked statuses, scales of values and of days."""

import datetime as dt
from decimal import Decimal

import pytest

from recommendations.rules import geometry
from recommendations.rules.geometry import Days
from recommendations.rules.lifecycle import DESCENDING, Status


@pytest.mark.parametrize(("value", "written"), [(33.3333, "33.33"), (0.0, "0"), (100.0, "100"), (12.5, "12.5")])
def test_coordinates_have_a_dot_and_no_idle_digits(value, written):
    assert geometry.figure(value) == written


def test_statuses_stand_in_one_order_and_fill_the_bar():
    parts = geometry.stacked({Status.NOT_ASSESSED: 1, Status.IMPLEMENTED: 2, Status.PARTLY: 1})
    assert [(part.status, part.start, part.width) for part in parts] == [
        ("implemented", "0", "50"),
        ("partly", "50", "25"),
        ("not_assessed", "75", "25"),
    ]
    assert set(DESCENDING) == set(Status)


def test_statuses_fill_as_much_of_a_larger_whole_as_they_are():
    (part,) = geometry.stacked({Status.PARTLY: 1}, whole=4)
    assert (part.start, part.width) == ("0", "25")
    assert geometry.stacked({}) == ()


def test_a_share_of_nothing_is_nothing():
    assert (geometry.share(1, 3), geometry.share(0, 0)) == ("33.33", "0")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], [0, "0.2", "0.4", "0.6", "0.8", 1]),
        ([0], [0, "0.2", "0.4", "0.6", "0.8", 1]),
        ([3], [0, 1, 2, 3]),
        ([10], [0, 2, 4, 6, 8, 10]),
        ([11], [0, 5, 10, 15]),
        (["35.1"], [0, 10, 20, 30, 40]),
        ([-10, 30], [-10, 0, 10, 20, 30]),
        ([-4], [-4, -3, -2, -1, 0]),
        (["0.03"], [0, "0.01", "0.02", "0.03"]),
        ([1_234_567], [0, 500_000, 1_000_000, 1_500_000]),
    ],
)
def test_scales_hold_zero_and_have_round_ticks(values, ticks):
    made = geometry.scale([Decimal(str(value)) for value in values])
    assert list(made.ticks) == [Decimal(str(tick)) for tick in ticks]
    assert (made.low, made.high) == (made.ticks[0], made.ticks[-1])


def test_counts_have_no_halves():
    assert list(geometry.scale([Decimal(1)], is_whole=True).ticks) == [0, 1]
    assert list(geometry.scale([Decimal(100)], is_whole=True).ticks) == [0, 20, 40, 60, 80, 100]


def test_values_are_placed_from_either_end():
    made = geometry.scale([Decimal(10)])
    assert (made.across(Decimal(5)), made.down(Decimal("2.5"))) == (50.0, 75.0)


@pytest.mark.parametrize(
    ("first", "last", "precision", "said"),
    [
        ("2026-11-24", "2026-11-24", "day", ["2026-11-24"]),
        ("2026-11-24", "2026-11-27", "day", ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]),
        ("2026-11-01", "2026-11-30", "day", ["2026-11-01", "2026-11-08", "2026-11-15", "2026-11-22", "2026-11-29"]),
        ("2026-09-15", "2026-12-31", "month", ["2026-10-01", "2026-11-01", "2026-12-01"]),
        ("2018-01-01", "2019-04-30", "month", ["2018-01-01", "2018-04-01", "2018-07-01", "2018-10-01", "2019-01-01", "2019-04-01"]),
        ("2015-01-01", "2019-12-31", "year", ["2015-01-01", "2016-01-01", "2017-01-01", "2018-01-01", "2019-01-01"]),
        ("1990-05-01", "2019-12-31", "year", ["1995-01-01", "2000-01-01", "2005-01-01", "2010-01-01", "2015-01-01"]),
        ("0001-01-01", "9999-12-31", "year", ["5000-01-01"]),
    ],
)  # fmt: skip
def test_days_are_written_where_years_months_or_weeks_begin(first, last, precision, said):
    ticks = Days(dt.date.fromisoformat(first), dt.date.fromisoformat(last)).ticks
    assert [tick.day.isoformat() for tick in ticks] == said
    assert {tick.precision for tick in ticks} == {precision}


def test_equal_times_are_equally_long_and_words_stay_within():
    ticks = Days(dt.date(2026, 11, 1), dt.date(2026, 11, 5)).ticks
    assert [(tick.at, tick.anchor) for tick in ticks] == [
        ("0", "start"),
        ("25", "middle"),
        ("50", "middle"),
        ("75", "middle"),
        ("100", "end"),
    ]


def test_a_single_day_stands_in_the_middle():
    day = dt.date(2026, 11, 24)
    assert Days(day, day).across(day.toordinal()) == 50.0
