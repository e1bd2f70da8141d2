"""The law as literal tables, one test for each cell: written from the words of the domain, not from the code."""

import datetime as dt
import itertools

import pytest

from recommendations.rules.calendar import delivery, freshness
from recommendations.rules.lifecycle import EvidenceKind, Exhibit, Kind, Move, Status, check, of_elements

STATUSES = ("not_assessed", "no_action", "in_preparation", "partly", "mostly", "implemented", "reversed", "overtaken")
VALUES = STATUSES[1:]
SOURCE_END = dt.date(2019, 6, 30)


def grid(text, rows, columns):
    """Read a table drawn with letters: {(row, column): letter}."""
    lines = [line.split() for line in text.strip().splitlines()]
    assert [line[0] for line in lines] == list(rows)
    return {(line[0], column): letter for line in lines for column, letter in zip(columns, line[1:], strict=True)}


# “Any step down, and overtaken, need a narrative”; so does reversed, which is the step down of what was delivered.
# Saying the same again is no step. Rows: the value before (of the same rating); columns: the value now.
NARRATIVE = grid(
    """
    not_assessed    .  .  .  .  .  n  n
    no_action       .  .  .  .  .  n  n
    in_preparation  n  .  .  .  .  n  n
    partly          n  n  .  .  .  n  n
    mostly          n  n  n  .  .  n  n
    implemented     n  n  n  n  .  n  n
    reversed        .  .  .  .  .  .  n
    overtaken       .  .  .  .  .  n  .
    """,
    STATUSES,
    VALUES,
)
# “Reversed is possible only after partly, mostly or implemented”: of either rating, or where one says so already.
# Rows: the value before of the same rating; columns: that of the other one.
CAN_BE_REVERSED = grid(
    """
    not_assessed    .  .  .  y  y  y  y  .
    no_action       .  .  .  y  y  y  y  .
    in_preparation  .  .  .  y  y  y  y  .
    partly          y  y  y  y  y  y  y  y
    mostly          y  y  y  y  y  y  y  y
    implemented     y  y  y  y  y  y  y  y
    reversed        y  y  y  y  y  y  y  y
    overtaken       .  .  .  y  y  y  y  .
    """,
    STATUSES,
    STATUSES,
)
# “Implemented and mostly need at least one standing piece dated after the source; as a review, of kind primary.”
# Rows: what is cited; columns: whether it is enough for a self-assessment, for a review.
CASES = {
    "nothing": (),
    "secondary_before": (Exhibit(EvidenceKind.SECONDARY, dt.date(2019, 6, 30)),),
    "secondary_after": (Exhibit(EvidenceKind.SECONDARY, dt.date(2019, 7, 1)),),
    "statement_after": (Exhibit(EvidenceKind.STATEMENT, dt.date(2019, 7, 1)),),
    "primary_before": (Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 6, 30)),),
    "primary_after": (Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1)),),
    "primary_retracted": (Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1), is_standing=False),),
    "primary_before_and_secondary_after": (
        Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 6, 30)),
        Exhibit(EvidenceKind.SECONDARY, dt.date(2019, 7, 1)),
    ),
    "retracted_and_good": (
        Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1), is_standing=False),
        Exhibit(EvidenceKind.PRIMARY, dt.date(2019, 7, 1)),
    ),
}
ENOUGH = grid(
    """
    nothing                             .  .
    secondary_before                    .  .
    secondary_after                     y  .
    statement_after                     y  .
    primary_before                      .  .
    primary_after                       y  y
    primary_retracted                   .  .
    primary_before_and_secondary_after  y  .
    retracted_and_good                  y  y
    """,
    CASES,
    ("self", "review"),
)
NEEDS_EVIDENCE = {"mostly", "implemented"}


def expected(kind, value, previous, other, case, *, narrative, own):
    """Say what the tables have against a move."""
    found = set()
    if value == "reversed" and CAN_BE_REVERSED[previous, other] == ".":
        found.add("not_delivered_before")
    if kind == "review" and own:
        found.add("own_report")
    if value in NEEDS_EVIDENCE and ENOUGH[case, kind] == ".":
        found.add("evidence_needed")
    if NARRATIVE[previous, value] == "n" and not narrative:
        found.add("narrative_needed")
    return found


@pytest.mark.parametrize("previous", STATUSES)
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("kind", ["self", "review"])
def test_every_cell(kind, value, previous):
    wrong = []
    for other, case, narrative, own in itertools.product(STATUSES, CASES, (True, False), (True, False)):
        move = Move(
            kind=Kind(kind),
            value=Status(value),
            previous=Status(previous),
            other=Status(other),
            has_narrative=narrative,
            exhibits=CASES[case],
            source_end=SOURCE_END,
            confirms_own=own,
        )
        found = [problem.code for problem in check(move)]
        wanted = expected(kind, value, previous, other, case, narrative=narrative, own=own)
        if set(found) != wanted or len(found) != len(wanted):
            wrong.append((other, case, narrative, own, found, wanted))
    assert wrong == []


@pytest.mark.parametrize("previous", STATUSES)
@pytest.mark.parametrize("kind", ["self", "review"])
def test_not_assessed_is_never_chosen(kind, previous):
    move = Move(kind=Kind(kind), value=Status.NOT_ASSESSED, previous=Status(previous), has_narrative=True)
    assert [(problem.code, problem.field) for problem in check(move)] == [("not_assessable", "value")]


@pytest.mark.parametrize(
    ("move", "fields"),
    [
        (Move(Kind.REVIEW, Status.REVERSED, confirms_own=True), ["value", "kind", "narrative"]),
        (Move(Kind.SELF, Status.MOSTLY, Status.IMPLEMENTED), ["evidence", "narrative"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once_each_beside_its_field(move, fields):
    assert [problem.field for problem in check(move)] == fields


@pytest.mark.parametrize("case", CASES)
def test_of_a_source_without_a_date_evidence_of_any_date_counts(case):
    move = Move(Kind.SELF, Status.MOSTLY, exhibits=CASES[case], source_end=None)
    is_enough = case not in {"nothing", "primary_retracted"}
    assert (check(move) == []) is is_enough


# Delivery and freshness

DAY = dt.date(2026, 11, 24)
TARGETS = {"none": None, "yesterday": -1, "today": 0, "in_30_days": 30, "in_31_days": 31}
DELIVERY = """
    not_assessed    no_target  overdue  due_soon  due_soon  not_due
    no_action       no_target  overdue  due_soon  due_soon  not_due
    in_preparation  no_target  overdue  due_soon  due_soon  not_due
    partly          no_target  overdue  due_soon  due_soon  not_due
    mostly          no_target  overdue  due_soon  due_soon  not_due
    implemented     done       done     done      done      done
    reversed        no_target  overdue  due_soon  due_soon  not_due
    overtaken       no_target  not_due  not_due   not_due   not_due
"""


@pytest.mark.parametrize(("cell", "wanted"), grid(DELIVERY, STATUSES, TARGETS).items())
def test_delivery(cell, wanted):
    status, target = cell
    days = TARGETS[target]
    assert delivery(None if days is None else DAY + dt.timedelta(days=days), status, DAY) == wanted


@pytest.mark.parametrize(
    ("age", "wanted"),
    [(None, "never"), (0, "fresh"), (89, "fresh"), (90, "ageing"), (179, "ageing"), (180, "stale"), (9999, "stale")],
)
def test_freshness(age, wanted):
    assert freshness(None if age is None else DAY - dt.timedelta(days=age), DAY) == wanted


# What the elements of a compound recommendation say of the whole

SHORT = {
    "-": "not_assessed", "0": "no_action", "p": "in_preparation", "1": "partly", "2": "mostly", "3": "implemented",
    "r": "reversed", "x": "overtaken",
}  # fmt: skip


@pytest.mark.parametrize(
    ("elements", "whole"),
    [
        # nothing to go by
        ("", "-"), ("-", "-"), ("---", "-"),
        # a single element is the whole
        *((one, one) for one in SHORT),
        # overtaken elements are left out, unless nothing is left
        ("xx", "x"), ("x-", "-"), ("x0", "0"), ("x3", "3"), ("xx1", "1"), ("xr", "r"), ("xp", "p"), ("x32", "2"),
        # implemented only if all are
        ("33", "3"), ("333x", "3"), ("332", "2"), ("33-", "2"), ("330", "2"), ("33r", "2"), ("33p", "2"),
        # mostly: more than half mostly or implemented; unknown ones are not known as delivered
        ("22", "2"), ("32", "2"), ("3-", "1"), ("30", "1"), ("3r", "1"), ("3300", "1"), ("3330", "2"), ("22-", "2"),
        ("2-x", "1"), ("33--", "1"), ("333--", "2"), ("2111", "1"),
        # partly: some, whatever the others are
        ("1-", "1"), ("10", "1"), ("1p", "1"), ("1r", "1"), ("1x", "1"), ("11", "1"), ("3000", "1"), ("2---", "1"),
        # nothing delivered: what goes on counts before what was undone, and that before nothing done
        ("p0", "p"), ("p-", "p"), ("pr", "p"), ("r0", "r"), ("r-", "r"), ("rr", "r"), ("p0r-", "p"),
        # nobody has looked is not no action: nothing done is said only when all were looked at
        ("00", "0"), ("0-", "-"), ("000-", "-"), ("0x", "0"), ("0-x", "-"),
    ],
)  # fmt: skip
def test_of_elements(elements, whole):
    for order in set(itertools.permutations(elements)) if len(elements) < 5 else {tuple(elements)}:
        assert of_elements(Status(SHORT[one]) for one in order) == SHORT[whole]


LADDER = ("no_action", "in_preparation", "partly", "mostly", "implemented")


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_of_elements_never_falls_when_an_element_rises(size):
    for given in itertools.product(LADDER, repeat=size):
        before = of_elements(map(Status, given))
        for place in range(size):
            for higher in LADDER[LADDER.index(given[place]) + 1 :]:
                after = of_elements(map(Status, (*given[:place], higher, *given[place + 1 :])))
                assert LADDER.index(after) >= LADDER.index(before), (given, place, higher)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_of_elements_lies_between_the_least_and_the_most(size):
    for given in itertools.product(LADDER, repeat=size):
        ranks = [LADDER.index(value) for value in given]
        assert min(ranks) <= LADDER.index(of_elements(map(Status, given))) <= max(ranks)
