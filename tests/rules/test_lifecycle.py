"""The law, cell by cell."""

import datetime as dt
import itertools

import pytest

from recommendations.rules.lifecycle import (
    ASSESSABLE,
    CLOSED,
    DELIVERED,
    MEANING,
    EvidenceKind,
    Exhibit,
    Kind,
    Move,
    Status,
    check,
    is_open,
    is_step_down,
    requirement,
)

SOURCE_END = dt.date(2019, 6, 30)
PRIMARY = Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1))
SECONDARY = Exhibit(EvidenceKind.SECONDARY, dt.date(2019, 7, 1))
OLD = Exhibit(EvidenceKind.PRIMARY, SOURCE_END)
RETRACTED = Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1), is_standing=False)
LADDER = [Status.NO_ACTION, Status.IN_PREPARATION, Status.PARTLY, Status.MOSTLY, Status.IMPLEMENTED]


def codes(**facts):
    facts = {"kind": Kind.SELF, "value": Status.NO_ACTION, "source_end": SOURCE_END, **facts}
    return {problem.code for problem in check(Move(**facts))}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("previous", Status)
@pytest.mark.parametrize("value", ASSESSABLE)
def test_check_every_cell_with_nothing_in_hand(kind, previous, value):
    expected = set()
    if value is Status.REVERSED and previous not in {*DELIVERED, Status.REVERSED}:
        expected.add("not_delivered_before")
    if value in {Status.MOSTLY, Status.IMPLEMENTED}:
        expected.add("evidence_needed")
    steps_down = previous in LADDER and value in LADDER and LADDER.index(value) < LADDER.index(previous)
    if steps_down or (value in {Status.OVERTAKEN, Status.REVERSED} and value is not previous):
        expected.add("narrative_needed")
    assert codes(kind=kind, value=value, previous=previous) == expected


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("previous", Status)
@pytest.mark.parametrize("value", [v for v in ASSESSABLE if v is not Status.REVERSED])
def test_check_every_cell_with_everything_in_hand(kind, previous, value):
    assert codes(kind=kind, value=value, previous=previous, has_narrative=True, exhibits=(PRIMARY,)) == set()


@pytest.mark.parametrize(
    ("kind", "exhibits", "enough"),
    [
        *((Kind.SELF, (one,), one in {PRIMARY, SECONDARY}) for one in (PRIMARY, SECONDARY, OLD, RETRACTED)),
        *((Kind.REVIEW, (one,), one is PRIMARY) for one in (PRIMARY, SECONDARY, OLD, RETRACTED)),
        (Kind.REVIEW, (OLD, SECONDARY, PRIMARY), True),
    ],
)
@pytest.mark.parametrize("value", [Status.MOSTLY, Status.IMPLEMENTED])
def test_check_evidence_by_kind_date_and_standing(value, kind, exhibits, enough):
    assert codes(kind=kind, value=value, exhibits=exhibits) == (set() if enough else {"evidence_needed"})


def test_check_evidence_of_any_date_when_the_source_has_none():
    assert codes(value=Status.MOSTLY, exhibits=(OLD,), source_end=None) == set()


def test_check_reversed_after_what_the_other_rating_saw_delivered():
    assert codes(kind=Kind.REVIEW, value=Status.REVERSED, other=Status.PARTLY, has_narrative=True) == set()


@pytest.mark.parametrize(("kind", "expected"), [(Kind.REVIEW, {"own_report"}), (Kind.SELF, set())])
def test_check_review_of_ones_own_report(kind, expected):
    assert codes(kind=kind, confirms_own=True) == expected


def test_check_not_assessed_cannot_be_chosen():
    assert codes(value=Status.NOT_ASSESSED, confirms_own=True) == {"not_assessable"}


@pytest.mark.parametrize(("previous", "value"), list(itertools.product(LADDER, LADDER)))
def test_is_step_down_follows_the_ladder(previous, value):
    assert is_step_down(previous, value) == (LADDER.index(value) < LADDER.index(previous))


def test_requirement_is_what_the_page_shows():
    need = requirement(Kind.REVIEW, Status.IMPLEMENTED, previous=Status.NOT_ASSESSED, other=Status.PARTLY)
    assert (need.evidence, need.primary, need.narrative, need.possible) == (True, True, False, True)


def test_every_status_has_a_meaning_and_is_open_or_closed():
    assert set(MEANING) == set(Status)
    assert {s for s in Status if not is_open(s)} == CLOSED
