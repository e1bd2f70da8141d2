"""Progress over time: what history says of each mark is what `as_of` says of it."""

import datetime as dt
import zoneinfo

import pytest

from recommendations.actions import followup, recommendation, withdrawal
from recommendations.models import Recommendation, past
from recommendations.reports import figures, series
from recommendations.reports.series import Look
from recommendations.rules import moments
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import Status
from recommendations.rules.series import Step
from tests.factories import NOW, TODAY, RecommendationFactory, let_it_stand

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
UTC = dt.UTC
MINSK = zoneinfo.ZoneInfo("Europe/Minsk")


@pytest.fixture
def register(alice, bob, carol, owned):
    """A year in which things go on, back and away; at last more in one day than one mark can show."""
    for number in (901, 902, 903):
        RecommendationFactory(reference=f"T-{number}", visibility="internal" if number == 903 else "public")
    let_it_stand(NOW - 400 * DAY)
    said = followup.Statement(as_of=TODAY - 401 * DAY, narrative="So it is.")
    for days, value, kind, actor in (
        (300, "in_preparation", "self", alice),
        (200, "partly", "self", alice),
        (150, "partly", "review", bob),
        (31, "no_action", "review", bob),
        (2, "in_preparation", "review", bob),
        (2, "partly", "review", bob),
    ):
        now = NOW - days * DAY + dt.timedelta(seconds=1)
        followup.assess("T-900", value, kind=kind, statement=said, actor=actor, now=now, seen=None)
    withdrawal.withdraw("T-901", "It was never proposed.", actor=carol, now=NOW - 100 * DAY, seen=None)
    recommendation.amend("T-902", {"visibility": "internal"}, actor=carol, now=NOW - 50 * DAY, seen=None)
    return Recommendation.objects.get(reference="T-900")


def as_of_says(reader, day, zone):
    """Count as `statistics/?as_of=` does."""
    with past.as_of(moments.end_of(day, zone)):
        items = Recommendation.objects.visible_to(reader).standing()
        return figures.figures(items, today=day)


@pytest.mark.uncounted
@pytest.mark.parametrize(
    ("step", "zone", "role"),  # each two of them meet
    [(step, (UTC, MINSK)[(n + m) % 2], ("visitor", "steward")[m]) for n, step in enumerate(Step) for m in range(2)],
    ids=str,
)
def test_each_mark_says_what_as_of_says_of_its_day(register, people, role, step, zone):
    since = TODAY - (360 * DAY if step == Step.DAY else 420 * DAY)
    found = series.over_time(people[role], Look(TODAY, zone), since=since, step=step)
    assert len(found.marks) > 12
    for mark in found.marks:
        then = as_of_says(people[role], mark.day, zone)
        assert (mark.day, mark.review.counts) == (mark.day, {Status(k): n for k, n in then.verified_status.items()})
        assert (mark.day, mark.report.counts) == (mark.day, {Status(k): n for k, n in then.reported_status.items()})
        assert mark.total == then.total


def test_what_went_by_between_two_marks_is_seen_at_none(register, carol):
    found = series.over_time(carol, Look(TODAY, UTC), since=TODAY - 3 * DAY)
    assert [mark.review.counts.get(Status.IN_PREPARATION, 0) for mark in found.marks] == [0, 0, 0, 0]
    assert [mark.review.counts.get(Status.PARTLY, 0) for mark in found.marks] == [0, 1, 1, 1]


def test_it_begins_with_the_register_and_ends_where_one_looks_from(register, carol):
    found = series.over_time(carol, Look(TODAY, UTC))
    assert (found.step, found.is_course) == (Step.MONTH, True)
    assert (found.marks[0].day, found.marks[-1].day) == (dt.date(2025, 10, 31), TODAY)
    assert [mark.total for mark in (found.marks[0], found.marks[-1])] == [4, 3]
    back = moments.parse(["2026-06-24"], now=NOW, zone=UTC)
    with past.as_of(back.moment):
        then = series.over_time(carol, Look(back.day, UTC, back))
    assert (then.marks[-1].day, then.marks[-1].total) == (dt.date(2026, 6, 24), 4)


def test_what_is_hidden_is_at_no_mark_and_begins_nothing(people):
    RecommendationFactory(visibility="internal")
    let_it_stand(NOW - 40 * DAY)
    hidden = series.over_time(people["visitor"], Look(TODAY, UTC))
    assert ([mark.total for mark in hidden.marks], hidden.is_course) == ([0], False)
    assert len(series.over_time(people["reader"], Look(TODAY, UTC)).marks) == 7


def test_what_begins_at_the_very_moment_of_a_mark_counts_there(item, carol):
    let_it_stand(moments.end_of(TODAY - 2 * DAY, UTC))
    found = series.over_time(carol, Look(TODAY, UTC), since=TODAY - 3 * DAY)
    assert [mark.total for mark in found.marks] == [0, 1, 1, 1]


def test_before_the_register_there_is_nothing(register, carol):
    before = moments.parse(["2020-01-01"], now=NOW, zone=UTC)
    with past.as_of(before.moment):
        found = series.over_time(carol, Look(before.day, UTC, before))
    assert [(mark.day, mark.total) for mark in found.marks] == [(before.day, 0)]


def test_two_statements_however_many_marks(register, carol, django_assert_num_queries):
    for since, count in ((None, 2), (TODAY - DAY, 1), (TODAY - 300 * DAY, 1)):
        with django_assert_num_queries(count):
            series.over_time(carol, Look(TODAY, UTC), since=since)


def test_too_many_marks_are_refused(carol):
    with pytest.raises(Invalid) as refused:
        series.over_time(carol, Look(TODAY, UTC), since=TODAY - 3000 * DAY, step=Step.DAY)
    assert [problem.code for problem in refused.value.problems] == ["bad_period"]
