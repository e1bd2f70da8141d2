"""The drawing of dates: lanes in their groups, months, today."""

import datetime as dt
from itertools import pairwise

import pytest

from recommendations.reports import timeline
from recommendations.reports.timeline import Lane, Mark
from recommendations.rules.calendar import Delivery, MilestoneState

TODAY = dt.date(2026, 11, 24)


def mark(*day, kind="target", state=Delivery.NOT_DUE):
    return Mark(dt.date(*day), kind, "Target date", state)


def lane(reference, *marks):
    return Lane(reference, "Fair", "partly", marks)


def test_lanes_stand_in_their_groups_one_below_the_other():
    late = mark(2026, 12, 31)
    early = mark(2026, 11, 1, kind="milestone", state=MilestoneState.DONE)
    drawn = timeline.timeline(
        [("Paper", [lane("T-1", early, late), lane("T-2")]), ("None", [lane("T-3")]), ("Book", [lane("T-4", late)])],
        TODAY,
    )
    assert [(band.name, [one.reference for one in band.lanes]) for band in drawn.bands] == [
        ("Paper", ["T-1"]),
        ("Book", ["T-4"]),
    ]
    (first,), (second,) = (band.lanes for band in drawn.bands)
    assert [one.day for one in first.marks] == [early.day, late.day]
    assert (first.start, first.end) == (first.marks[0].x, first.marks[1].x) == ("290", "968.69")
    assert (first.top, first.middle, second.middle) == ("66", "79", "131")
    assert drawn.height == 157
    assert [tick.day for tick in drawn.ticks] == [dt.date(2026, 11, 1), dt.date(2026, 12, 1)]
    assert float(first.start) < float(drawn.today) < float(first.end)


@pytest.mark.parametrize(
    ("day", "step"),
    [((2027, 10, 1), 1), ((2028, 10, 1), 3), ((2036, 1, 1), 12), ((1990, 1, 1), 60), ((9999, 12, 31), 12000)],
)
def test_there_are_never_more_months_than_fit(day, step):
    drawn = timeline.timeline([("Paper", [lane("T-1", mark(*day))])], TODAY)
    days = [tick.day for tick in drawn.ticks]
    assert 2 <= len(days) <= timeline.MOST_TICKS
    months = {(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(days)}
    assert months == {step}
    places = [float(tick.x) for tick in drawn.ticks]
    assert places == sorted(places)
    assert all(
        timeline.LEFT <= float(one.x) <= timeline.WIDTH - timeline.RIGHT for one in drawn.bands[0].lanes[0].marks
    )


@pytest.mark.parametrize("day", [(1, 1, 1), (1, 2, 3), (9999, 12, 31)])
def test_the_ends_of_the_calendar_are_no_trouble(day):
    assert timeline.timeline([("Paper", [lane("T-1", mark(*day))])], TODAY).bands
    assert timeline.timeline([("Paper", [lane("T-1", mark(*day))])], dt.date(*day)).bands


def test_without_a_day_there_is_nothing_to_draw():
    assert timeline.timeline([("Paper", [lane("T-1")])], TODAY) is None
    assert timeline.timeline([], TODAY) is None
