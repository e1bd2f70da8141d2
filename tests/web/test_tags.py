"""Small pieces of pages: dates, quantities, quotes, statuses."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from recommendations.models import Observation, Source
from recommendations.rules.lifecycle import Status
from recommendations.templatetags import dates, people, quotes, status


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((2018, 1, 1), (2018, 12, 31), "2018"),
        ((2019, 6, 1), (2019, 6, 30), "June 2019"),
        ((2019, 1, 1), (2019, 4, 30), "January 2019 – April 2019"),
        ((2019, 6, 12), (2019, 6, 12), "12 June 2019"),
        ((2019, 6, 1), (2019, 6, 12), "1 June 2019 – 12 June 2019"),
        ((2019, 6, 2), (2019, 7, 31), "2 June 2019 – 31 July 2019"),
    ],
)
def test_periods_are_written_as_people_do(start, end, said):
    assert dates.period(Observation(period_start=dt.date(*start), period_end=dt.date(*end))) == said


def test_russian_months_are_as_inside_of_a_sentence():
    months = Observation(period_start=dt.date(2019, 1, 1), period_end=dt.date(2019, 4, 30))
    with translation.override("ru"):
        assert dates.period(months) == "январь 2019 – апрель 2019"
        june = Source(published_on=dt.date(2019, 6, 1), published_precision="month")
        assert june.published_in_words == "июнь 2019"


@pytest.mark.parametrize(
    ("precision", "english", "russian"),
    [("day", "12 Jun", "12 июн"), ("month", "Jun 2019", "июн 2019"), ("year", "2019", "2019")],
)
def test_days_under_a_chart_are_short(precision, english, russian):
    day = dt.date(2019, 6, 12)
    assert dates.to_precision(day, precision) == english
    with translation.override("ru"):
        assert dates.to_precision(day, precision) == russian


@pytest.mark.parametrize(
    ("on", "precision", "said"),
    [
        (None, "day", ""),
        (dt.date(2019, 6, 12), "day", "12 June 2019"),
        (dt.date(2019, 6, 1), "month", "June 2019"),
        (dt.date(2019, 1, 1), "year", "2019"),
    ],
)
def test_dates_of_sources_are_as_exact_as_known(on, precision, said):
    assert Source(published_on=on, published_precision=precision).published_in_words == said


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (None, "", ""),
        (Decimal("49.5000"), "49.5", "49,5"),
        (Decimal("1880.0000"), "1,880", "1\xa0880"),
        (Decimal("-10.4"), "−10.4", "−10,4"),
        (Decimal(0), "0", "0"),
    ],
)
def test_quantities_are_written_as_people_do(value, english, russian):
    assert dates.quantity(value) == english
    with translation.override("ru"):
        assert dates.quantity(value) == russian


@pytest.mark.parametrize(
    ("text", "from_word", "to_word"),
    [("alf a word wi", "a word wi", "alf a word"), ("one", "one", "one"), ("", "", ""), (" a b ", "a b ", " a b")],
)
def test_quotes_are_cut_between_words(text, from_word, to_word):
    assert quotes.from_word(text) == from_word
    assert quotes.to_word(text) == to_word


@pytest.mark.parametrize("value", Status.values)
def test_each_status_has_words_a_shape_and_a_meaning(value):
    badge = status.status(value)
    assert f'class="status status-{value}"' in badge
    assert f"marks.svg#{value}" in badge
    assert status.status_label(value) in badge
    assert status.status_meaning(value).endswith(".")


def test_badges_are_in_the_readers_language():
    english = status.status("partly")
    with translation.override("ru"):
        assert "status-partly" in status.status("partly")
    assert status.status("partly") == english


def test_nobody_is_the_register_itself():
    assert people.who({}, None) == "The register"


def test_ages_are_days():
    assert dates.days_since(dt.date(2026, 1, 1), dt.date(2026, 1, 31)) == 30
    said = [dates.days_ago(dt.date(2026, 1, day), dt.date(2026, 1, 30)) for day in (1, 29, 30, 31)]
    assert said == ["29 days ago", "1 day ago", "today", "today"]
