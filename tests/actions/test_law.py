"""The law through the verb: what is cited and what only hangs on the item, days, and whose report it is."""

import datetime as dt

import pytest

from recommendations.actions import followup
from recommendations.models import Assessment
from recommendations.rules.errors import Refused
from tests.factories import NOW, TODAY, EvidenceFactory, RecommendationFactory
from tests.rules.test_law import CAN_BE_REVERSED, ENOUGH, NARRATIVE, NEEDS_EVIDENCE, VALUES

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2019, 6, 30), dt.date(2019, 7, 1)  # the factories' sources are of June 2019
PIECES = {
    "nothing": (None, None),
    "secondary_before": ("secondary", BEFORE),
    "secondary_after": ("secondary", AFTER),
    "statement_after": ("statement", AFTER),
    "primary_before": ("primary", BEFORE),
    "primary_after": ("primary", AFTER),
}
PREVIOUS = ("not_assessed", "no_action", "partly", "implemented", "reversed", "overtaken")
# each value before with each case of evidence, by turns with and without a narrative
CELLS = [
    (previous, case, "Seen on site." if (row + column) % 2 else " ")
    for row, previous in enumerate(("not_assessed", "partly", "implemented", "overtaken"))
    for column, case in enumerate(PIECES)
]


def rate(item, kind, value, author, as_of=TODAY - dt.timedelta(days=30)):
    if value != "not_assessed":
        Assessment.objects.create(
            recommendation=item, kind=kind, value=value, as_of=as_of, author=author, recorded_at=NOW
        )


def codes(item, value, kind, actor, **said):
    statement = followup.Statement(as_of=said.pop("as_of", TODAY), **said)
    try:
        followup.assess(item.reference, value, kind=kind, statement=statement, actor=actor, now=NOW, seen=None)
    except Refused as refused:
        return set(refused.codes)
    return set()


@pytest.mark.uncounted
@pytest.mark.parametrize("is_cited", [True, False])
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("kind", ["self", "review"])
def test_every_value_by_what_is_cited(kind, value, is_cited, bob, carol):
    actor = {"self": carol, "review": bob}[kind]
    wrong = []
    for previous, case, narrative in CELLS:
        item = RecommendationFactory()
        rate(item, kind, previous, actor)
        of_kind, dated_on = PIECES[case]
        pieces = (
            [EvidenceFactory(recommendation=item, kind=of_kind, dated_on=dated_on, added_by=bob)] if of_kind else []
        )
        found = codes(item, value, kind, actor, narrative=narrative, evidence=tuple(p.uuid for p in pieces if is_cited))
        wanted = (
            {"not_delivered_before"}
            if value == "reversed" and CAN_BE_REVERSED[previous, "not_assessed"] == "."
            else set()
        )
        if value in NEEDS_EVIDENCE and (ENOUGH[case, kind] == "." or not is_cited):
            wanted.add("evidence_needed")
        if NARRATIVE[previous, value] == "n" and not narrative.strip():
            wanted.add("narrative_needed")
        if found != wanted:
            wrong.append((previous, case, narrative, found, wanted))
    assert wrong == []


@pytest.mark.parametrize("other", [*PREVIOUS, "in_preparation", "mostly"])
@pytest.mark.parametrize("kind", ["self", "review"])
def test_reversed_after_what_the_other_rating_says(kind, other, alice, bob, carol):
    item = RecommendationFactory()
    rate(item, {"self": "review", "review": "self"}[kind], other, alice)
    found = codes(item, "reversed", kind, {"self": carol, "review": bob}[kind], narrative="Undone.")
    assert found == (set() if CAN_BE_REVERSED["not_assessed", other] == "y" else {"not_delivered_before"})


def test_retracted_evidence_cannot_be_cited_at_all(item, carol):
    piece = EvidenceFactory(recommendation=item, retracted_at=NOW, retracted_by=carol, retraction_reason="Wrong.")
    assert codes(item, "implemented", "self", carol, evidence=(piece.uuid,)) == {"evidence_retracted"}


def test_evidence_of_another_item_cannot_be_cited(item, carol):
    piece = EvidenceFactory()
    assert codes(item, "implemented", "self", carol, evidence=(piece.uuid,)) == {"unknown_name"}


def test_a_step_down_is_measured_on_the_day_it_speaks_of(item, carol):
    rate(item, "self", "partly", carol, TODAY - dt.timedelta(days=20))
    rate(item, "self", "no_action", carol, TODAY - dt.timedelta(days=10))
    day = TODAY - dt.timedelta(days=15)
    assert codes(item, "in_preparation", "self", carol, as_of=day) == {"narrative_needed"}
    assert codes(item, "in_preparation", "self", carol) == set()


def days_ago(number):
    return TODAY - dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("reports", "day", "is_refused"),
    [
        ([], 0, False),
        ([("alice", 5)], 0, False),
        ([("carol", 5)], 0, True),
        ([("carol", 9), ("alice", 5)], 0, False),  # the report that it confirms is Alice's
        ([("carol", 9), ("alice", 5)], 7, True),  # on that day it would be Carol's own
        ([("alice", 9), ("carol", 5)], 0, True),
        ([("alice", 9), ("carol", 5)], 7, True),  # what stands now is Carol's
        ([("carol", 5)], 7, True),
    ],
)
def test_nobody_confirms_their_own_report(item, owned, alice, carol, reports, day, is_refused):
    who = {"alice": alice, "carol": carol}
    for name, days in reports:
        assert codes(item, "in_preparation", "self", who[name], as_of=days_ago(days)) == set()
    found = codes(item, "in_preparation", "review", carol, as_of=days_ago(day))
    assert found == ({"own_report"} if is_refused else set())


def test_a_retracted_report_is_nobodys_to_confirm(item, owned, carol):
    assert codes(item, "in_preparation", "self", carol) == set()
    Assessment.objects.update(retracted_at=NOW, retracted_by=carol, retraction_reason="Of another item.")
    item.refresh_from_db()
    item.reported = None
    item.save()
    assert codes(item, "partly", "review", carol) == set()
