"""What is missing for the next step of an item that is owed."""

import datetime as dt

import pytest

from recommendations.rules.duty import Lack, Standing, lacks
from recommendations.rules.lifecycle import EvidenceKind, Exhibit, Status

TODAY = dt.date(2026, 11, 24)
END = dt.date(2019, 6, 30)
OLD = Exhibit(EvidenceKind.PRIMARY, END)
PRIMARY, SECONDARY = (
    Exhibit(kind, END + dt.timedelta(days=1)) for kind in (EvidenceKind.PRIMARY, EvidenceKind.SECONDARY)
)


@pytest.mark.parametrize(
    ("reported", "verified", "exhibits", "expected"),
    [
        ("not_assessed", "not_assessed", (), [Lack.REPORT]),
        ("not_assessed", "partly", (), [Lack.REPORT]),
        ("no_action", "not_assessed", (), []),
        ("in_preparation", "in_preparation", (), []),
        ("partly", "not_assessed", (), [Lack.EVIDENCE]),
        ("partly", "not_assessed", (OLD,), [Lack.EVIDENCE]),
        ("partly", "not_assessed", (SECONDARY,), [Lack.PRIMARY]),
        ("partly", "not_assessed", (SECONDARY, PRIMARY), []),
        ("mostly", "in_preparation", (PRIMARY,), [Lack.DIFFERENCE]),
        ("implemented", "partly", (SECONDARY,), [Lack.DIFFERENCE, Lack.PRIMARY]),
        ("overtaken", "partly", (), [Lack.DIFFERENCE]),
    ],
)
def test_what_the_law_needs_next(reported, verified, exhibits, expected):
    item = Standing(Status(reported), Status(verified), exhibits, source_end=END)
    assert lacks(item, TODAY) == expected


def test_what_was_announced_and_is_late():
    late, due = TODAY - dt.timedelta(days=1), TODAY
    plain = {"reported": Status.NO_ACTION, "verified": Status.NOT_ASSESSED}
    assert lacks(Standing(**plain, milestone_on=late, review_on=late), TODAY) == [Lack.MILESTONE, Lack.REVIEW]
    assert lacks(Standing(**plain, milestone_on=due, review_on=due), TODAY) == []
    assert lacks(Standing(**plain, is_link_lost=True), TODAY) == [Lack.LINK]


def test_the_next_step_is_one_further_and_the_last_stays():
    assert Standing(Status.REVERSED, Status.NOT_ASSESSED).next is Status.IN_PREPARATION
    assert Standing(Status.IMPLEMENTED, Status.PARTLY).next is Status.IMPLEMENTED
