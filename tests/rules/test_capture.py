"""What a reading means for a link, and when it is read again."""

import datetime as dt

import pytest

from recommendations.rules import capture, links
from recommendations.rules.capture import Outcome
from tests.factories import NOW

DAY = dt.timedelta(days=1)


def test_strangers_are_told_one_of_five_words():
    told = {capture.label(outcome, in_full=False) for outcome in Outcome}
    assert told == {"Not checked yet", "Reachable", "Redirected", "Not found", "Refused", "Error"}
    assert capture.label("soft_404", in_full=True) == "Gone, though the site does not say so"


@pytest.mark.parametrize(
    ("before", "last", "reading", "wanted"),
    [
        (0, None, Outcome.UNREACHABLE, 1),
        (1, NOW - DAY, Outcome.UNREACHABLE, 2),
        (1, NOW, Outcome.UNREACHABLE, 1),
        (2, NOW - DAY, Outcome.OK, 0),
        (2, NOW - DAY, Outcome.BLOCKED, 0),
        (0, NOW, Outcome.UNREACHABLE, 1),
        (1, None, Outcome.UNREACHABLE, 2),
    ],
)
def test_failed_days(before, last, reading, wanted):
    assert capture.failures(before, last, reading, NOW) == wanted


@pytest.mark.parametrize(
    ("before", "reading", "days", "wanted"),
    [
        (Outcome.OK, Outcome.UNREACHABLE, 2, Outcome.OK),
        (Outcome.OK, Outcome.UNREACHABLE, 3, Outcome.UNREACHABLE),
        (Outcome.GONE, Outcome.UNREACHABLE, 5, Outcome.GONE),
        (Outcome.GONE, Outcome.BLOCKED, 0, Outcome.GONE),
        (Outcome.OK, Outcome.BLOCKED, 0, Outcome.BLOCKED),
        (Outcome.UNREACHABLE, Outcome.CHANGED, 0, Outcome.CHANGED),
        (Outcome.UNCHECKED, Outcome.GONE, 0, Outcome.GONE),
    ],
)
def test_standing(before, reading, days, wanted):
    assert capture.standing(before, reading, days) == wanted


def test_again():
    assert capture.again(Outcome.OK, NOW, 0.5) == NOW + 7 * DAY
    assert capture.again(Outcome.OK, NOW, 0) == NOW + 6.3 * DAY
    assert capture.again(Outcome.GONE, NOW, 1) == NOW + 7.7 * DAY
    assert capture.again(Outcome.UNREACHABLE, NOW, 0.5) == NOW + DAY


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.ORG./a", "example.org"),
        ("https://пример.рф/указ", "xn--e1afmkfd.xn--p1ai"),
        ("http://[2606:4700::1]:80/", "2606:4700::1"),
        (f"http://{'ö' * 70}.org/", f"{'ö' * 70}.org"),
        ("nothing", ""),
    ],
)
def test_host(url, host):
    assert links.host_of(url) == host


def test_examples():
    assert links.is_example("demo.example")
    assert links.is_example("a.test")
    assert not links.is_example("example.org")
