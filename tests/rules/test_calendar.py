"""Dates: delivery, freshness, partial dates."""

import datetime as dt

import pytest

from recommendations.rules.calendar import (
    Delivery,
    Freshness,
    MilestoneState,
    delivery,
    freshness,
    iso_partial,
    last_day,
    milestone_state,
    overdue_since,
)

TODAY = dt.date(2026, 11, 24)


def day(offset):
    return TODAY + dt.timedelta(days=offset)


@pytest.mark.parametrize(
    ("target", "status", "expected"),
    [
        (None, "partly", Delivery.NO_TARGET),
        (None, "implemented", Delivery.DONE),
        (day(-1), "implemented", Delivery.DONE),
        (day(-1), "mostly", Delivery.OVERDUE),
        (day(-1), "overtaken", Delivery.NOT_DUE),
        (day(0), "mostly", Delivery.DUE_SOON),
        (day(30), "not_assessed", Delivery.DUE_SOON),
        (day(31), "not_assessed", Delivery.NOT_DUE),
    ],
)
def test_delivery_by_target_and_status(target, status, expected):
    assert delivery(target, status, TODAY) is expected


@pytest.mark.parametrize(
    ("assessed", "expected"),
    [
        (None, Freshness.NEVER),
        (day(0), Freshness.FRESH),
        (day(-89), Freshness.FRESH),
        (day(-90), Freshness.AGEING),
        (day(-179), Freshness.AGEING),
        (day(-180), Freshness.STALE),
    ],
)
def test_freshness_by_age(assessed, expected):
    assert freshness(assessed, TODAY) is expected


@pytest.mark.parametrize(
    ("start", "precision", "last", "iso"),
    [
        (dt.date(2019, 6, 1), "month", dt.date(2019, 6, 30), "2019-06"),
        (dt.date(2020, 2, 1), "month", dt.date(2020, 2, 29), "2020-02"),
        (dt.date(2019, 1, 1), "year", dt.date(2019, 12, 31), "2019"),
        (dt.date(2019, 6, 14), "day", dt.date(2019, 6, 14), "2019-06-14"),
    ],
)
def test_partial_dates_end_and_read_as_they_are_known(start, precision, last, iso):
    assert last_day(start, precision) == last
    assert iso_partial(start, precision) == iso


@pytest.mark.parametrize(
    ("due", "done", "cancelled", "expected"),
    [
        (None, None, False, MilestoneState.DUE),
        (day(0), None, False, MilestoneState.DUE),
        (day(-1), None, False, MilestoneState.LATE),
        (day(-1), day(-1), False, MilestoneState.DONE),
        (day(-2), day(-1), False, MilestoneState.DONE_LATE),
        (None, day(-1), False, MilestoneState.DONE),
        (day(-1), None, True, MilestoneState.CANCELLED),
    ],
)
def test_milestone_state(due, done, cancelled, expected):
    assert milestone_state(due, done, is_cancelled=cancelled, today=TODAY) is expected


def test_what_was_promised_for_a_day_is_late_from_the_next():
    assert overdue_since(TODAY) == day(1)
