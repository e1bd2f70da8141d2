"""The page of what changed, and its table."""

import csv
import datetime as dt
import io

import pytest

from recommendations.actions import assignment, evidence, followup, recommendation
from recommendations.models import Assignment, Milestone, Recommendation
from tests.factories import NOW, TODAY, EvidenceFactory, OrganizationFactory, let_it_stand
from tests.web.markup import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(on_that_day, item, owned, alice, bob, carol):
    OrganizationFactory(slug="other", name_en="Other body")
    kept = EvidenceFactory(recommendation=item, title="Kept", added_by=carol)
    Milestone.objects.create(recommendation=item, title="First fair", due_on=TODAY)
    let_it_stand()
    now = NOW - dt.timedelta(hours=1)
    said = followup.Statement(TODAY, "Nothing.")
    followup.assess("T-900", "no_action", kind="review", statement=said, actor=bob, now=now, seen=None)
    assignment.release(Assignment.objects.get().uuid, TODAY, actor=carol, now=now)
    assignment.assign("T-900", "other", role="lead", since=TODAY, actor=carol, now=now)
    evidence.retract(kept.uuid, "Wrong.", actor=carol, now=now)
    evidence.attach("T-900", evidence.Draft("=Decree", "https://example.org/1", TODAY, "primary"), actor=carol, now=now)
    recommendation.amend("T-900", {"target_on": TODAY, "title_en": "Anew"}, actor=carol, now=now, seen=None)
    Milestone.objects.update(done_on=TODAY)
    Recommendation.objects.update(answer="in_part")
    for number in (1, 2):
        wording = recommendation.Wording(title_en=f"New {number}", source=item.source.slug, visibility="internal")
        recommendation.register(f"T-90{number}", wording, actor=carol, now=now)
    return item


def test_page_tells_each_change(changed, client, words):
    page = words(client.get("/changes/"))
    for said in (
        "The register at the end of 24 October 2026 beside the register at the end of 24 November 2026",
        "Recommendations that changed: 1. Tracked in the end: 1.",
        "Reviewed status: 1 of 1",
        "as of 24 November 2026</span>",
        "Now responsible:</span> Other body (Lead)",
        "No longer responsible:</span> Ministry (Lead)",
        "Evidence added:</span> =Decree",
        "Evidence retracted:</span> Kept",
        "Milestone done:</span> First fair",
        "Written anew:</span> title in English",
        "<del>No response recorded</del>",
        "<ins>24 November 2026</ins>",
    ):
        assert said in page, said
    assert "T-901" not in page
    assert faults(page) == []


def test_who_signs_in_sees_names_and_internal_items(changed, sign_in, dave, words):
    page = words(sign_in(dave).get("/changes/"))
    assert "by Bob" in page
    assert "T-901" in page
    assert '<span class="flag">Registered</span>' in page
    assert "Recommendations that changed: 3. Tracked in the end: 3." in page


def test_kinds_narrow_the_page(changed, sign_in, dave, words):
    page = words(sign_in(dave).get("/changes/?kind=new&since=2026-11-20"))
    assert "T-901" in page
    assert "Decree" not in page
    assert 'kind=new" aria-current="true"' in page
    assert "All kinds" in page
    assert "Nothing of this kind changed" in words(sign_in(dave).get("/changes/?kind=withdrawn"))


def test_nothing_changed(changed, client, words):
    assert "Nothing changed between these two days" in words(client.get("/changes/?since=1990-01-01&until=1990-01-02"))
    assert "The register on 1 January 1990, 00:00 beside" in words(
        client.get("/changes/?since=1990-01-01T00:00:00Z&until=1990-01-02")
    )


def test_pages_follow_each_other(changed, sign_in, dave, words, monkeypatch):
    monkeypatch.setattr("recommendations.web.changes.PAGE", 1)
    page = words(sign_in(dave).get("/changes/?kind=new"))
    assert "since=2026-10-24&amp;until=2026-11-24&amp;kind=new&amp;cursor=" in page.replace("&cursor", "&amp;cursor")


@pytest.mark.parametrize(
    "query", ["since=2026-12-01", "since=x", "kind=colour", "as_of=2026-01-01", "since=2026-11-02&until=2026-11-01"]
)
@pytest.mark.parametrize("place", ["/changes/", "/changes/changes.csv"])
def test_wrong_questions_are_refused(client, db, place, query):
    assert client.get(f"{place}?{query}").status_code == 400


def test_table_says_the_same(changed, client, sign_in, dave):
    def rows(who, query=""):
        answer = who.get(f"/changes/changes.csv{query}")
        assert answer["Content-Disposition"] == 'attachment; filename="changes-2026-10-24-2026-11-24.csv"'
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    (row,) = rows(client)
    assert row["kinds"] == "reviewed,response,owners,target,wording,evidence_added,evidence_retracted,milestones"
    assert (row["verified_before"], row["verified_after"], row["verified_by"]) == ("not_assessed", "no_action", "")
    assert (row["owners_added"], row["owners_removed"]) == ("other (lead)", "ministry (lead)")
    assert (row["evidence_added"], row["milestones_done"]) == ("'=Decree", "First fair")
    assert (row["target_before"], row["target_after"], row["response_after"]) == ("", "2026-11-24", "in_part")
    full = rows(sign_in(dave))
    assert [one["reference"] for one in full] == ["T-900", "T-901", "T-902"]
    assert full[0]["verified_by"] == "Bob"
    assert [one["reference"] for one in rows(sign_in(dave), "?kind=new")] == ["T-901", "T-902"]
