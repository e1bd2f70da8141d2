"""Indicators as charts: bars begin at zero and share a scale; lines go through time, with baseline and target."""

import datetime as dt
from decimal import Decimal

from django.template import Context, Template

from recommendations.models import Indicator, Observation
from recommendations.reports import chart
from tests.web.markup import faults


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


def over_time(*values, **fields):
    rows = [
        Observation(
            period_start=dt.date(year, 1, 1),
            period_end=dt.date(year, 12, 31),
            value=Decimal(str(low)),
            value_high=high and Decimal(str(high)),
        )
        for year, low, high in values
    ]
    return Indicator(title_en="Fairs", unit_en="fairs", **fields), rows


def test_a_line_goes_through_the_middle_of_each_period():
    drawn = chart.line_of(*over_time((2018, 5, None), (2020, 10, None), baseline=Decimal(0), target=Decimal(8)))
    assert [(point.x, point.y, point.high) for point in drawn.points] == [("16.62", "50", ""), ("83.33", "0", "")]
    assert [(value, at) for value, at in drawn.ticks][::5] == [(10, "0"), (0, "100")]
    assert (drawn.baseline, drawn.target) == ("100", "20")
    assert [(one.x, two.x) for one, two in drawn.segments] == [("16.62", "83.33")]
    assert [tick.day.year for tick in drawn.days] == [2018, 2018, 2019, 2019, 2020, 2020]


def test_a_range_stands_on_its_lower_value():
    (point,) = chart.line_of(*over_time((2018, 2, 4))).points
    assert (point.x, point.y, point.high) == ("50", "50", "0")


def test_without_a_value_there_is_nothing_to_draw_through():
    drawn = chart.line_of(*over_time(target=Decimal(4)))
    assert (drawn.points, drawn.segments, drawn.days, drawn.target) == ((), (), (), "0")


def shown(indicator, rows):
    source = "{% load charts %}{% line_chart indicator rows %}"
    return " ".join(Template(source).render(Context({"indicator": indicator, "rows": rows})).split())


def test_a_line_chart_has_its_table_and_says_baseline_and_target():
    page = shown(*over_time((2018, "33.3", "35.1"), (2019, 40, None), baseline=Decimal(1), target=Decimal(50)))
    for said in (
        "Baseline 1<",
        "Target 50<",
        "<caption>Fairs, fairs</caption>",
        '<th scope="row">2018</th> <td class="number">33.3–35.1</td>',
        '<th scope="row">2019</th> <td class="number">40</td>',
        '<line class="segment" x1="24.97%" x2="75.03%" y1="33.4%" y2="20%">',
        'text-anchor="start">Jan 2018</text>',
    ):
        assert said in page, said
    assert faults(f"<h1>Fairs</h1>{page}") == []


def test_a_line_chart_without_a_value_says_so():
    page = shown(*over_time(target=Decimal(4)))
    assert "No value has been recorded yet" in page
    assert "Target 4" in page
    assert "<svg" not in page
