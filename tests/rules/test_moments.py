"""As of when: days where the reader is, times with offsets, and what is neither."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from recommendations.rules import moments
from recommendations.rules.errors import Invalid

NOW = dt.datetime(2026, 11, 24, 20, 30, tzinfo=dt.UTC)  # the 25th in Vladivostok
VLADIVOSTOK = ZoneInfo("Asia/Vladivostok")


def parse(*values, zone=dt.UTC, now=NOW):
    return moments.parse(values, now=now, zone=zone)


@pytest.mark.parametrize(
    ("value", "zone", "moment"),
    [
        ("2026-03-01", dt.UTC, "2026-03-01T23:59:59.999999+00:00"),
        ("2026-03-01", VLADIVOSTOK, "2026-03-01T13:59:59.999999+00:00"),
        ("2026-03-01", ZoneInfo("America/New_York"), "2026-03-02T04:59:59.999999+00:00"),
        ("2017-10-14", ZoneInfo("America/Sao_Paulo"), "2017-10-15T02:59:59.999999+00:00"),  # midnight did not happen
        ("2018-02-17", ZoneInfo("America/Sao_Paulo"), "2018-02-18T02:59:59.999999+00:00"),  # 23:59 happened twice
        ("0001-01-01", VLADIVOSTOK, "0001-01-01T15:12:28.999999+00:00"),
        ("2026-11-24", VLADIVOSTOK, "2026-11-24T13:59:59.999999+00:00"),  # yesterday there
        ("2026-03-01T09:30:00Z", VLADIVOSTOK, "2026-03-01T09:30:00+00:00"),
        ("2026-03-01T09:30+03:00", dt.UTC, "2026-03-01T06:30:00+00:00"),
        ("2026-03-01T09:30:00.000001-02:30", dt.UTC, "2026-03-01T12:00:00.000001+00:00"),
        ("2026-03-01T09:30:00 03:00", dt.UTC, "2026-03-01T06:30:00+00:00"),
        ("0001-01-01T00:00:00+05:00", dt.UTC, "0001-01-01T00:00:00+00:00"),
        ("2026-11-24T20:30:00Z", dt.UTC, "2026-11-24T20:30:00+00:00"),
    ],
)
def test_moment_that_is_meant(value, zone, moment):
    found = parse(value, zone=zone)
    assert found.moment.isoformat() == moment
    assert found.text == value.replace(" ", "+")
    assert found.is_day == (len(value) == 10)


def test_day_is_the_readers():
    assert parse("2026-03-01T20:30:00Z").day == dt.date(2026, 3, 1)
    assert parse("2026-03-01T20:30:00Z", zone=VLADIVOSTOK).day == dt.date(2026, 3, 2)
    assert parse("2026-03-01", zone=VLADIVOSTOK).day == dt.date(2026, 3, 1)


def test_today_and_nothing_are_now():
    assert parse() is None
    assert parse("2026-11-24") is None
    assert parse("2026-11-25", zone=VLADIVOSTOK) is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["2026-11-25"], "in_the_future"),
        (["2026-11-24T20:30:01Z"], "in_the_future"),
        (["9999-12-31"], "in_the_future"),
        (["9999-12-31T23:59:59-05:00"], "in_the_future"),
        (["2026-03-01", "2026-03-01"], "bad_parameter"),
        (["2026-03-01,2026-03-02"], "bad_parameter"),
        ([""], "bad_parameter"),
        (["yesterday"], "bad_parameter"),
        (["20260301"], "bad_parameter"),
        (["2026-W09-7"], "bad_parameter"),
        (["2026-02-30"], "bad_parameter"),
        (["0000-01-01"], "bad_parameter"),
        (["2026-03-01T09:30:00"], "bad_parameter"),
        (["2026-03-01T25:30:00Z"], "bad_parameter"),
        (["2026-03-01T09:30:00+99:00"], "bad_parameter"),
        (["٢٠٢٦-٠٣-٠١"], "bad_parameter"),
        (["2026-03-01\n"], None),
    ],
)
def test_what_is_refused(values, code):
    if code is None:
        assert parse(*values).text == values[0].strip()
        return
    with pytest.raises(Invalid) as refused:
        parse(*values)
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == (code, "as_of")


def test_the_last_day_of_the_calendar_has_an_end():
    assert moments.end_of(dt.date.max, dt.UTC) == dt.datetime.max.replace(tzinfo=dt.UTC)


def between(since="", until="", zone=dt.UTC):
    values = [[value] if value else [] for value in (since, until)]
    return moments.between(*values, now=NOW, zone=zone)


def test_the_last_month_is_meant_when_nothing_is_said():
    found = between()
    assert (found.since.text, found.until.text) == ("2026-10-24", "2026-11-24")
    assert found.since.moment.isoformat() == "2026-10-24T23:59:59.999999+00:00"
    assert found.until.moment == NOW
    assert between(zone=VLADIVOSTOK).until.day == dt.date(2026, 11, 25)


def test_a_month_before_any_day():
    found = between(until="2026-03-31")
    assert (found.since.text, found.until.text) == ("2026-02-28", "2026-03-31")
    assert moments.month_before(dt.date(2026, 1, 31)) == dt.date(2025, 12, 31)
    assert between("2026-03-01", "2026-11-24").until.moment == NOW


@pytest.mark.parametrize(
    ("since", "until", "field", "code"),
    [
        ("2026-11-24", "", "since", "bad_period"),
        ("2026-03-02", "2026-03-01", "since", "bad_period"),
        ("2026-03-01", "2026-03-01", "since", "bad_period"),
        ("2026-12-01", "", "since", "in_the_future"),
        ("", "2026-12-01", "until", "in_the_future"),
        ("", "x", "until", "bad_parameter"),
    ],
)
def test_pairs_that_are_refused(since, until, field, code):
    with pytest.raises(Invalid) as refused:
        between(since, until)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
