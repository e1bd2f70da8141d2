"""Bars: they begin at zero, share a scale, and are written so that every language's SVG is right."""

from decimal import Decimal

import pytest

from recommendations.models import Indicator, Observation
from recommendations.reports import bars, chart
from recommendations.rules.lifecycle import Status


def laid_out(*values, unit="", **fields):
    rows = [Observation(value=Decimal(str(low)), value_high=high and Decimal(str(high))) for low, high in values]
    return chart.of_indicator(Indicator(unit_en=unit, **fields), rows)


def test_bars_begin_at_zero_and_share_a_scale():
    drawn = laid_out((50, None), (25, None))
    assert [(row.start, row.width) for row in drawn.rows] == [("0", "100"), ("0", "50")]
    assert (drawn.zero, drawn.baseline, drawn.target) == ("0", "", "")


def test_shares_are_drawn_against_a_hundred():
    assert laid_out((25, None), unit="%").rows[0].width == "25"
    assert laid_out((94.7, None), (130, None), unit="% of value").rows[1].width == "100"


def test_ranges_float_from_their_lower_to_their_upper_value():
    (row,) = laid_out((Decimal("1.4"), Decimal("1.75"))).rows
    assert (row.start, row.width) == ("80", "20")


def test_values_below_zero_end_at_zero():
    drawn = laid_out((-10, None), (30, None))
    assert drawn.zero == "25"
    assert [(row.start, row.width) for row in drawn.rows] == [("0", "25"), ("25", "75")]


def test_baseline_and_target_are_on_the_scale():
    drawn = laid_out((2, None), baseline=Decimal(1), target=Decimal(4))
    assert (drawn.baseline, drawn.target, drawn.rows[0].width) == ("25", "100", "50")


def test_a_value_of_zero_is_still_seen():
    (row,) = laid_out((0, None)).rows
    assert row.width == "0.5"


@pytest.mark.parametrize(("value", "written"), [(33.3333, "33.33"), (0.0, "0"), (100.0, "100"), (12.5, "12.5")])
def test_coordinates_have_a_dot_and_no_idle_digits(value, written):
    assert bars.figure(value) == written


def test_statuses_stand_in_one_order_and_fill_the_bar():
    parts = bars.stacked({Status.NOT_ASSESSED: 1, Status.IMPLEMENTED: 2, Status.PARTLY: 1})
    assert [(part.status, part.start, part.width) for part in parts] == [
        ("implemented", "0", "50"),
        ("partly", "50", "25"),
        ("not_assessed", "75", "25"),
    ]
    assert set(bars.ORDER) == set(Status)
