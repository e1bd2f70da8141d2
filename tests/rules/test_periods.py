"""Periods of digests tile time in every zone, whatever its clock does."""

import datetime as dt
import itertools
import zoneinfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommendations.rules import periods
from recommendations.rules.periods import Cadence, Period, Rhythm

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
FIRST, LAST = dt.datetime(2020, 1, 1), dt.datetime(2040, 12, 31)

rhythms = st.builds(
    Rhythm,
    cadence=st.sampled_from(sorted(set(Cadence.values) - {Cadence.HOURLY})),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES).map(zoneinfo.ZoneInfo),
)
moments = st.datetimes(FIRST, LAST, timezones=st.just(dt.UTC))
LONGEST = {
    Cadence.DAILY: dt.timedelta(hours=48),
    Cadence.WEEKLY: dt.timedelta(days=8),
    Cadence.MONTHLY: dt.timedelta(32),
}


def rhythm(cadence="daily", hour=8, zone="Europe/Berlin", weekday=0):
    return Rhythm(cadence, weekday, hour, zoneinfo.ZoneInfo(zone))


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@settings(max_examples=400, deadline=None)
@given(rhythms, moments)
def test_latest_and_following_meet_at_a_boundary(wanted, moment):
    ended, running = periods.latest(wanted, moment), periods.following(wanted, moment)
    assert ended.start < ended.end == running.start <= moment < running.end
    assert running.end - running.start <= LONGEST[Cadence(wanted.cadence)]


@settings(max_examples=200, deadline=None)
@given(rhythms, moments)
def test_each_moment_lies_in_exactly_one_period(wanted, moment):
    running = periods.following(wanted, moment)
    assert periods.following(wanted, running.end).start == running.end
    assert periods.latest(wanted, running.end) == running
    assert periods.latest(wanted, running.end - dt.timedelta(microseconds=1)).end == running.start


@settings(max_examples=200, deadline=None)
@given(rhythms, moments)
def test_a_boundary_shows_the_wanted_hour_and_day_unless_the_clock_leaps_over_it(wanted, moment):
    end = periods.latest(wanted, moment).end.astimezone(wanted.zone)
    before = (end.astimezone(dt.UTC) - dt.timedelta(hours=26)).astimezone(wanted.zone)
    if end.utcoffset() == before.utcoffset():
        assert (end.hour, end.minute) == (wanted.hour, 0)
        assert end.weekday() == wanted.weekday or wanted.cadence != Cadence.WEEKLY
        assert end.day == 1 or wanted.cadence != Cadence.MONTHLY


def behaviours():
    """One zone of each set of aliases: those whose clocks agree every fortnight."""
    fortnights = [dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=14 * n) for n in range(548)]
    found = {tuple(m.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() for m in fortnights): zone for zone in ZONES}
    return sorted(found.values())


@pytest.mark.uncounted
@pytest.mark.parametrize("zone", behaviours())
def test_every_day_of_twenty_one_years_has_one_boundary(zone):
    """At the hours when clocks are changed."""
    for hour in (0, 2):
        wanted = rhythm(hour=hour, zone=zone)
        day, last, count = FIRST.date(), periods._boundary(wanted, FIRST.date()), 0
        while day < LAST.date():
            day += dt.timedelta(days=1)
            boundary = periods._boundary(wanted, day)
            assert boundary > last
            last, count = boundary, count + 1
        assert count == (LAST - FIRST).days


def leaps(zone):
    """The moments from 2020 to 2040 at which the zone's clock is changed, to the minute, with the offset before each."""

    def offset(moment):
        return moment.astimezone(zone).utcoffset()

    days = [utc(2019, 12, 30) + dt.timedelta(days=n) for n in range(7_700)]
    for low, high in itertools.pairwise(days):
        before = offset(low)
        if before != offset(high):
            while high - low > dt.timedelta(minutes=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)  # noqa: PLW2901 - narrows down
            yield high.replace(second=0, microsecond=0), before


def boundary_by_the_book(wall, zone, before):
    """The first moment at which the clock shows this; where it never does, when the clock before the leap would have."""
    after = (wall.replace(tzinfo=dt.UTC) + dt.timedelta(days=3)).astimezone(zone).utcoffset()
    early = (wall.replace(tzinfo=dt.UTC) - dt.timedelta(days=3)).astimezone(zone).utcoffset()
    found = [wall.replace(tzinfo=dt.UTC) - offset for offset in {before, after, early}]
    shown = [moment for moment in found if moment.astimezone(zone).replace(tzinfo=None) == wall]
    return min(shown) if shown else wall.replace(tzinfo=dt.UTC) - before


@pytest.mark.parametrize("zone", behaviours())
def test_each_hour_around_each_leap_is_the_first_of_its_name_or_what_the_old_clock_would_have_shown(zone):
    """Every change of every clock, every hour of the day before, of the day and of the day after; weeks and months too."""
    place = zoneinfo.ZoneInfo(zone)
    for leap, before in leaps(place):
        day = leap.astimezone(place).date()
        for hour in range(24):
            days = [day + dt.timedelta(days=n) for n in (-2, -1, 0, 1, 2)]
            daily = [periods._boundary(rhythm(hour=hour, zone=zone), one) for one in days]
            assert daily == [
                boundary_by_the_book(dt.datetime.combine(one, dt.time(hour)), place, before) for one in days
            ]
            assert daily == sorted(set(daily))
        hour = leap.astimezone(place).hour
        ends = {one: periods._boundary(rhythm(hour=hour, zone=zone), one) for one in days}
        for one, end in ends.items():
            assert periods.latest(rhythm("daily", hour, zone), end).end == end
            assert periods.latest(rhythm("weekly", hour, zone, one.weekday()), end).end == end
            if one.day == 1:
                assert periods.latest(rhythm("monthly", hour, zone), end).end == end


def test_the_clocks_of_the_world_are_there():
    """So that the test above is about something: half an hour in Lord Howe, two hours in Antarctica, nothing in Minsk."""
    assert {before for _leap, before in leaps(zoneinfo.ZoneInfo("Australia/Lord_Howe"))} == {
        dt.timedelta(hours=10, minutes=30),
        dt.timedelta(hours=11),
    }
    assert len([*leaps(zoneinfo.ZoneInfo("Europe/Berlin"))]) == 42
    assert {before for _leap, before in leaps(zoneinfo.ZoneInfo("Antarctica/Troll"))} == {
        dt.timedelta(0),
        dt.timedelta(hours=2),
    }
    assert [*leaps(zoneinfo.ZoneInfo("Europe/Minsk"))] == []
    lord_howe = periods.latest(rhythm(hour=2, zone="Australia/Lord_Howe"), utc(2026, 10, 3, 23))
    assert lord_howe.end == utc(2026, 10, 3, 15, 30)  # 2:00 leapt to 2:30


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Apia", (2011, 12, 30)), ("Pacific/Kwajalein", (1993, 8, 21))])
@pytest.mark.parametrize("hour", [0, 8, 23])
def test_a_day_that_a_zone_skips_has_no_period_of_its_own(zone, day, hour):
    skipped = dt.date(*day)
    daily = rhythm(hour=hour, zone=zone)
    chain = [periods.latest(daily, utc(*day) + dt.timedelta(days=3))]
    for _day in range(5):
        chain.append(periods.latest(daily, chain[-1].start))
        assert chain[-1].end == chain[-2].start
        assert periods.following(daily, chain[-1].start) == chain[-1]
    assert all(period.start < period.end for period in chain)
    assert skipped not in {period.end.astimezone(daily.zone).date() for period in chain}
    weekly = rhythm("weekly", hour, zone, skipped.weekday())
    week = periods.latest(weekly, utc(*day) + dt.timedelta(days=3))
    assert week.end in {period.end for period in chain}  # the day after counts for the day that never was
    assert periods.following(weekly, week.start) == week


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(rhythms, st.integers(0, 40 * 24)), min_size=1, max_size=6), moments)
def test_whatever_rhythm_and_zone_are_changed_to_nothing_is_told_twice_or_left_out(changes, beginning):
    """Somebody changes rhythm and zone again and again, and the planner comes by each hour or rarely."""
    moment, covered, rows = beginning, None, []
    for wanted, hours in changes:
        since = moment
        for step in (hours // 3, hours - hours // 3):
            moment += dt.timedelta(hours=step)
            to_send, missed = periods.due(wanted, moment, since=since, covered=covered)
            rows += [*missed, *([to_send] if to_send else [])]
            covered = rows[-1].end if rows else None
            assert periods.due(wanted, moment, since=since, covered=covered) == (None, [])
    assert all(row.start < row.end <= moment for row in rows)
    for earlier, later in itertools.pairwise(rows):
        gap = later.start - earlier.end
        assert gap == dt.timedelta(0) or gap > periods.LONGEST_GAP


@pytest.mark.parametrize(
    "asked",
    [
        lambda hourly: periods.latest(hourly, NOON),
        lambda hourly: periods.following(hourly, NOON),
        lambda hourly: periods.due(hourly, NOON, since=NOON, covered=None),
    ],
)
def test_what_comes_hourly_has_no_calendar(asked):
    with pytest.raises(ValueError, match="hourly has no calendar"):
        asked(rhythm(Cadence.HOURLY))


def test_a_skipped_hour_is_the_moment_after_the_leap():
    night = periods.latest(rhythm(hour=2), utc(2026, 3, 29, 12))
    assert night == Period(utc(2026, 3, 28, 1), utc(2026, 3, 29, 1))
    assert periods.following(rhythm(hour=2), utc(2026, 3, 29, 1)) == Period(utc(2026, 3, 29, 1), utc(2026, 3, 30, 0))


def test_a_doubled_hour_counts_once():
    first = periods.latest(rhythm(hour=2), utc(2026, 10, 25, 0, 30))
    assert first.end == utc(2026, 10, 25, 0)
    assert periods.latest(rhythm(hour=2), utc(2026, 10, 25, 1, 30)) == first


def test_weekly_and_monthly_ones_end_on_their_day():
    weekly = periods.latest(rhythm("weekly", zone="Europe/Minsk", weekday=0), utc(2026, 11, 24, 9))
    assert weekly == Period(utc(2026, 11, 16, 5), utc(2026, 11, 23, 5))
    monthly = periods.latest(rhythm("monthly", zone="Asia/Vladivostok", hour=7), utc(2026, 11, 24, 9))
    assert monthly == Period(utc(2026, 9, 30, 21), utc(2026, 10, 31, 21))
    assert periods.following(rhythm("monthly", zone="UTC", hour=0), utc(2027, 1, 31, 9)).end == utc(2027, 2, 1)


def test_following_steps_over_a_boundary_that_leapt_to_the_next_day():
    """Scoresby Sound changed from -1 to -2 and its clock leaps at 23:00 to 24:00 since 2024."""
    wanted = rhythm(hour=23, zone="America/Scoresbysund")
    leap = periods.latest(wanted, utc(2025, 3, 30, 1))
    assert leap.end == utc(2025, 3, 30, 1)
    assert periods.following(wanted, leap.end).end == utc(2025, 3, 31, 0)


NOON = utc(2026, 11, 24, 12)
DAILY = rhythm(hour=8, zone="UTC")


def days(first, last):
    return Period(utc(2026, 11, first, 8), utc(2026, 11, last, 8))


def test_due_is_nothing_before_the_first_period_after_the_beginning_has_ended():
    assert periods.due(DAILY, NOON, since=utc(2026, 11, 24, 9), covered=None) == (None, [])


def test_due_is_the_period_that_ended_after_the_beginning():
    assert periods.due(DAILY, NOON, since=utc(2026, 11, 24, 7), covered=None) == (days(23, 24), [])


def test_due_is_nothing_when_the_newest_has_a_row_or_the_clock_went_back():
    for covered in (utc(2026, 11, 24, 8), utc(2026, 11, 30, 8)):
        assert periods.due(DAILY, NOON, since=utc(2026, 1, 1), covered=covered) == (None, [])


def test_due_after_a_stop_is_the_newest_and_lists_the_missed_ones():
    to_send, missed = periods.due(DAILY, NOON, since=utc(2026, 1, 1), covered=utc(2026, 11, 21, 8))
    assert (to_send, missed) == (days(23, 24), [days(21, 22), days(22, 23)])


def test_due_after_a_very_long_stop_is_bounded_and_covers_all():
    covered = utc(2020, 1, 1, 8)
    to_send, missed = periods.due(DAILY, NOON, since=utc(2019, 1, 1), covered=covered)
    assert to_send == days(23, 24)
    assert len(missed) == periods.MOST_MISSED
    assert missed[0].start == covered
    assert all(a.end == b.start for a, b in zip(missed, [*missed[1:], to_send], strict=True))


def test_due_after_a_change_of_hour_goes_on_where_the_last_one_ended():
    covered = utc(2026, 11, 23, 9)
    assert periods.due(DAILY, NOON, since=utc(2026, 11, 23, 10), covered=covered) == (
        Period(covered, utc(2026, 11, 24, 8)),
        [],
    )
    earlier = utc(2026, 11, 22, 7)
    to_send, _ = periods.due(DAILY, NOON, since=utc(2026, 11, 23, 10), covered=earlier)
    assert to_send == Period(earlier, utc(2026, 11, 24, 8))


def test_due_after_a_long_pause_does_not_tell_of_the_pause():
    to_send, missed = periods.due(DAILY, NOON, since=utc(2026, 11, 23, 10), covered=utc(2026, 6, 1, 8))
    assert (to_send, missed) == (days(23, 24), [])


@settings(max_examples=300, deadline=None)
@example(DAILY, NOON, 31, 31)
@example(DAILY, NOON, 40, 40)
@given(rhythms, moments, st.integers(0, 100), st.integers(0, 100))
def test_due_never_overlaps_and_never_leaves_a_short_gap(wanted, moment, since_days, covered_days):
    since, covered = moment - dt.timedelta(days=since_days), moment - dt.timedelta(days=covered_days)
    to_send, missed = periods.due(wanted, moment, since=since, covered=covered)
    chain = [*missed, to_send] if to_send else []
    assert all(a.end == b.start for a, b in itertools.pairwise(chain))
    assert all(covered <= p.start < p.end <= moment and p.end > since for p in chain)
    if chain and chain[0].start != covered:
        assert chain[0].start - covered > periods.LONGEST_GAP
