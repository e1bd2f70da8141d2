"""What changed between two moments: each kind told once, for whom, in how many statements, and counted as it is told."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import assignment, evidence, followup, recommendation
from recommendations.models import Assignment, Change, Milestone, Recommendation, past
from recommendations.models.change import ChangeKind
from recommendations.reports import changes
from tests.factories import (
    NOW,
    TODAY,
    EvidenceFactory,
    OrganizationFactory,
    RecommendationFactory,
    ThemeFactory,
    let_it_stand,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
BEFORE, AFTER = NOW - HOUR, NOW + HOUR


def told(reader=None, kinds=(), since=BEFORE, until=AFTER):
    with past.as_of(until, since=since):
        rows = list(changes.rows(reader, kinds).order_by("sort_key"))
        return {row["reference"]: row for row in rows}, changes.tally(reader)


def kinds(row):
    return [kind.value for kind in changes.kinds_of(row)]


@pytest.fixture
def stood(item, owned):
    let_it_stand()
    return item


def test_nothing_changed(stood):
    rows, tally = told()
    assert rows == {}
    assert (tally.total, tally.changed, tally.row) == (1, 0, [])


def test_status_says_which_assessment_did_it(stood, bob, alice):
    said = followup.Statement(TODAY, "Nothing.")
    made = followup.assess("T-900", "no_action", kind="review", statement=said, actor=bob, now=NOW, seen=None)
    rows, tally = told()
    row = rows["T-900"]
    assert kinds(row) == ["reviewed"]
    assert (row["verified_before"], row["verified_after"]) == ("not_assessed", "no_action")
    assert (row["status_before"], row["status_after"]) == ("not_assessed", "no_action")
    assert (row["verified_uuid"], row["verified_on"], row["verified_name"]) == (made.uuid, TODAY, "Bob")
    assert row["reported_uuid"] is None
    assert tally.row == [(ChangeKind.REVIEWED, 1)]


def test_status_that_came_back_is_no_change(stood, bob):
    for value, hours in (("no_action", 0), ("in_preparation", 2), ("no_action", 4)):
        said = followup.Statement(TODAY, "Seen.")
        now = NOW + hours * HOUR
        followup.assess("T-900", value, kind="review", statement=said, actor=bob, now=now, seen=None)
    rows, _tally = told(since=NOW + HOUR, until=NOW + 5 * HOUR)
    assert rows == {}
    assert kinds(told(since=NOW + HOUR, until=NOW + 3 * HOUR)[0]["T-900"]) == ["reviewed"]


def test_owners_target_and_wording(stood, carol):
    assignment.release(Assignment.objects.get().uuid, TODAY, actor=carol, now=NOW)
    OrganizationFactory(slug="other", name_en="Other")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', '', true)")
    let_it_stand()
    assignment.assign("T-900", "other", role="lead", since=TODAY, actor=carol, now=NOW)
    ThemeFactory(slug="trade")
    new = {"title_en": "New words", "target_on": TODAY, "themes": ("trade",), "priority": "high"}
    recommendation.amend("T-900", new, actor=carol, now=NOW, seen=None)
    row = told(since=dt.datetime(2019, 1, 1, tzinfo=dt.UTC))[0]["T-900"]
    assert kinds(row) == ["new", "owners"]  # its wording and its target date came with it


def test_each_part_is_told(stood, carol, alice, bob):
    organization = OrganizationFactory(slug="other", name_en="Other")
    ThemeFactory(slug="trade")
    kept = EvidenceFactory(recommendation=stood, title="Kept", added_by=carol)
    milestone = Milestone.objects.create(recommendation=stood, title="Fair", due_on=TODAY)
    let_it_stand()
    assignment.release(Assignment.objects.get().uuid, TODAY, actor=carol, now=NOW)
    assignment.assign("T-900", organization.slug, role="lead", since=TODAY, actor=carol, now=NOW)
    new = {"title_en": "New words", "target_on": TODAY, "themes": ("trade",), "priority": "high"}
    recommendation.amend("T-900", new, actor=carol, now=NOW, seen=None)
    evidence.retract(kept.uuid, "Wrong one.", actor=carol, now=NOW)
    draft = evidence.Draft("Decree", "https://example.org/1", TODAY, "primary")
    evidence.attach("T-900", draft, actor=carol, now=NOW)
    Milestone.objects.filter(pk=milestone.pk).update(done_on=TODAY)
    Recommendation.objects.filter(pk=stood.pk).update(answer="accepted", withdrawn_at=NOW)
    rows, tally = told()
    row = rows["T-900"]
    expected = [
        "withdrawn",
        "response",
        "owners",
        "target",
        "wording",
        "evidence_added",
        "evidence_retracted",
        "milestones",
    ]
    assert kinds(row) == expected
    assert changes.owners(row) == ([{"role": "lead", "slug": "other"}], [{"role": "lead", "slug": "ministry"}])
    assert (row["target_before"], row["target_after"]) == (None, TODAY)
    assert row["wording"] == ["title_en", "priority", "themes"]
    assert [piece["title"] for piece in row["evidence_added"]] == ["Decree"]
    assert [piece["title"] for piece in row["evidence_retracted"]] == ["Kept"]
    assert row["milestones_done"] == [{"id": str(milestone.uuid), "title": "Fair", "done_on": TODAY.isoformat()}]
    assert {kind.value: count for kind, count in tally.row} == dict.fromkeys(expected, 1)
    with past.as_of(AFTER, since=BEFORE):
        assert changes.names_of_owners([row]) == {"other": "Other", "ministry": "Ministry"}
    assert tally.total == 0
    for kind in ChangeKind:
        assert bool(told(kinds=[kind])[0]) == (kind.value in expected), kind


def test_restored_is_told(item):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', '2020-01-01T00:00:00Z', true)")
    Recommendation.objects.filter(pk=item.pk).update(withdrawn_at=NOW)
    let_it_stand()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', %s, true)", [NOW.isoformat()])
    Recommendation.objects.filter(pk=item.pk).update(withdrawn_at=None)
    assert kinds(told()[0]["T-900"]) == ["restored"]


def test_what_is_hidden_today_was_never_open(stood, carol, dave):
    recommendation.amend("T-900", {"title_en": "Second"}, actor=carol, now=NOW, seen=None)
    assert set(told()[0]) == {"T-900"}
    recommendation.amend("T-900", {"visibility": "internal"}, actor=carol, now=NOW + 2 * HOUR, seen=None)
    rows, tally = told()
    assert (rows, tally.total, tally.changed) == ({}, 0, 0)
    assert set(told(dave)[0]) == {"T-900"}


def test_two_statements_however_many_there_are(stood, carol):
    counts = []
    for _more in range(2):
        for item in RecommendationFactory.create_batch(2):
            recommendation.amend(item.reference, {"priority": "high"}, actor=carol, now=NOW, seen=None)
        with CaptureQueriesContext(connection) as queries:
            told(carol)
        counts.append(len([q for q in queries if q["sql"].startswith(("SELECT", "WITH"))]))
    assert counts == [4, 4]  # one to go there, one for rows, two for figures


def test_change_names_its_recommendation(stood, carol):
    recommendation.amend("T-900", {"priority": "high"}, actor=carol, now=NOW, seen=None)
    with past.as_of(AFTER, since=BEFORE):
        assert str(Change.objects.get()) == "T-900"
