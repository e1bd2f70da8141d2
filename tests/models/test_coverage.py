"""What of a text is tracked: for whom, by which passages, and what is said twice."""

from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.actions import disposition, passage, source
from recommendations.actions.selection import Selection
from recommendations.models import Snapshot, coverage
from recommendations.models.person import REGISTER
from recommendations.rules.coverage import State
from tests import article
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = pytest.mark.django_db

TEXT = """Heading

Both sides should open a joint office. Trade grew. They must hold a fair; so be it.

Every year the parties should meet in one city and publish what they agreed on that very same day.

Every year the parties should meet in one city and publish what they agreed on that very same evening.
"""
KEYS = ("office", "trade", "fair", "meet", "again")


@pytest.fixture
def report():
    return SourceFactory(slug="report")


@pytest.fixture
def snapshot(report):
    return source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW).snapshot


def track(report, snapshot, words, **fields):
    item = RecommendationFactory(source=report, **fields)
    at = snapshot.text.index(words)
    passage.add(item.reference, "report", Selection(1, at, at + len(words)), actor=REGISTER, now=NOW)
    return item


def states(snapshot, person=None):
    return dict(
        zip(KEYS, [one.state.value for one in coverage.of_snapshot(snapshot, person=person).sentences], strict=True)
    )


def test_nothing_is_tracked_at_first(snapshot):
    found = coverage.of_snapshot(snapshot, person=None)
    assert states(snapshot) == {
        "office": "untracked",
        "trade": "other",
        "fair": "untracked",
        "meet": "untracked",
        "again": "untracked",
    }
    assert [one.is_repeat for one in found.sentences] == [False, False, False, False, True]
    assert (len(found.prescriptive), len(found.tracked), len(found.unexplained), found.explained) == (3, 0, 3, [])
    assert found.sentences[0].prescription.pattern == "should"


def test_passage_tracks_each_sentence_that_it_shares_a_letter_with(report, snapshot):
    item = track(report, snapshot, "joint office. Trade")
    found = coverage.of_snapshot(snapshot, person=None)
    assert states(snapshot) == {
        "office": "tracked",
        "trade": "tracked",
        "fair": "untracked",
        "meet": "untracked",
        "again": "untracked",
    }
    assert [one.recommendation for one in found.sentences[0].passages] == [item]
    assert (len(found.prescriptive), len(found.tracked)) == (3, 1)


def test_a_stop_in_common_is_no_tracking(report, snapshot):
    item = track(report, snapshot, "Trade grew")
    anchor = item.passages.get().anchors.get()
    type(anchor).objects.filter(pk=anchor.pk).update(start=anchor.start - 2)
    assert states(snapshot)["office"] == "untracked"


def test_repeat_of_what_is_tracked_is_tracked_too(report, snapshot):
    item = track(report, snapshot, "meet in one city")
    again = coverage.of_snapshot(snapshot, person=None).sentences[4]
    assert (again.state, [one.recommendation for one in again.passages]) == (State.TRACKED, [item])


def test_what_only_internal_ones_track_is_for_strangers_what_nobody_tracks(report, snapshot, dave):
    before = coverage.of_snapshot(snapshot, person=None)
    track(report, snapshot, "open a joint office", visibility="internal")
    track(report, snapshot, "hold a fair")
    after = coverage.of_snapshot(snapshot, person=None)
    assert before.sentences[0] == after.sentences[0]
    assert states(snapshot, dave)["office"] == "tracked"
    assert len(coverage.of_snapshot(snapshot, person=dave).tracked) == len(after.tracked) + 1 == 2


def test_reason_is_told_and_found_again_in_later_snapshots(report, snapshot, carol):
    key = coverage.of_snapshot(snapshot, person=None).sentences[0].sentence.key
    disposition.state("report", key, "out_of_scope", actor=carol, now=NOW)
    later = source.read_in(
        "report", ("New.\n\n" + TEXT.replace("a joint", "a  JOINT")).encode(), actor=REGISTER, now=NOW
    )
    found = coverage.of_snapshot(later.snapshot, person=None)
    assert [one.disposition.reason for one in found.explained] == ["out_of_scope"]
    assert len(found.unexplained) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_two_statements_for_any_number(report, snapshot, count, django_assert_num_queries):
    for words in ("joint office", "Trade grew", "hold a fair")[:count]:
        track(report, snapshot, words)
    shown = Snapshot.objects.without_content().get()
    with django_assert_num_queries(2):
        coverage.of_snapshot(shown, person=None)


@pytest.mark.skipif(article.PATH is None, reason="the article is not at hand")
def test_every_proposal_of_the_article_is_tracked():
    call_command("load_catalogue", stdout=StringIO())
    shown = source.read_in("sutyrin-2019", article.PATH.read_bytes(), actor=REGISTER, now=NOW).snapshot
    found = coverage.of_snapshot(shown, person=None)
    references = {p.recommendation.reference for one in found.sentences for p in one.passages}
    assert references == {f"RB-{number:02}" for number in range(1, 11)}
    asked = {p.recommendation.reference for one in found.tracked for p in one.passages}
    assert asked == references
    assert (len(found.prescriptive), len(found.tracked)) == (10, 6)
    assert [(one.sentence.paragraph, one.prescription.pattern) for one in found.unexplained] == [
        (5, "it_is"),
        (21, "it_is"),
        (28, "it_is"),
        (38, "needed"),
    ]
