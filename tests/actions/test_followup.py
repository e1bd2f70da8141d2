"""Owners report, reviewers verify, the law is asked, history is written."""

import datetime as dt

import pytest

from recommendations.actions import computed, evidence, followup
from recommendations.models import Assessment, Event, Evidence
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, TODAY, EvidenceFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


def assess(item, actor, value="in_preparation", *, kind="self", seen=None, attachments=(), **said):
    said.setdefault("as_of", TODAY)
    statement = followup.Statement(**said)
    return followup.assess(
        item.reference, value, kind=kind, statement=statement, actor=actor, now=NOW, seen=seen, attachments=attachments
    )


def codes(refused):
    return refused.value.codes


def test_assess_by_the_owner_is_reported_and_leads_until_reviewed(item, owned, alice, bob):
    assess(item, alice, seen=1)
    item.refresh_from_db()
    assert (item.status, item.reported_status, item.verified_status) == (
        "in_preparation",
        "in_preparation",
        "not_assessed",
    )
    assert item.is_self_reported
    assess(item, bob, "no_action", kind="review", seen=2)
    item.refresh_from_db()
    assert (item.status, item.verified_status, item.version) == ("no_action", "no_action", 3)
    assert item.disagrees
    assert not item.is_self_reported


def test_assess_writes_one_event_with_what_changed(item, owned, alice):
    made = assess(item, alice, narrative="A working group was set up.")
    event = Event.objects.get()
    assert (event.verb, event.actor, event.sequence) == ("assessed", alice, 1)
    assert event.before == {"value": "not_assessed"}
    assert (event.after["value"], event.after["assessment"]) == ("in_preparation", str(made.uuid))


def test_assess_keeps_what_the_computation_says(item, owned, alice, bob):
    for value, kind, actor, day in (
        ("partly", "self", alice, 10),
        ("in_preparation", "review", bob, 5),
        ("no_action", "self", alice, 20),  # dated before the first: it does not become the current one
    ):
        assess(item, actor, value, kind=kind, as_of=TODAY - dt.timedelta(days=day), narrative="Seen on site.")
        item.refresh_from_db()
        assert {column: getattr(item, column) for column in computed.current(item)} == computed.current(item)
    assert item.reported_status == "partly"


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_assess_by_somebody_else_is_forbidden(item, people, role):
    with pytest.raises(Forbidden) as refused:
        assess(item, people[role])
    assert codes(refused) == ["not_assigned"]
    assert not Assessment.objects.exists()


def test_assess_by_a_steward_on_behalf(item, carol):
    assert assess(item, carol).author == carol


@pytest.mark.parametrize("role", ["reader", "contributor"])
def test_review_needs_a_reviewer(item, owned, people, role):
    with pytest.raises(Forbidden) as refused:
        assess(item, people[role], kind="review")
    assert codes(refused) == ["reviewers_only"]


def test_review_of_ones_own_report_is_refused(item, carol):
    assess(item, carol)
    with pytest.raises(Unlawful) as refused:
        assess(item, carol, kind="review")
    assert codes(refused) == ["own_report"]
    assert Assessment.objects.count() == 1


def test_review_of_implemented_needs_a_primary_source_after_the_document(item, owned, bob):
    old = EvidenceFactory(recommendation=item, dated_on=dt.date(2019, 6, 30))
    second = EvidenceFactory(recommendation=item, kind="secondary")
    for cited in ((), (old.uuid,), (second.uuid,)):
        with pytest.raises(Unlawful) as refused:
            assess(item, bob, "implemented", kind="review", evidence=cited)
        assert codes(refused) == ["evidence_needed"]
    good = EvidenceFactory(recommendation=item)
    made = assess(item, bob, "implemented", kind="review", evidence=(good.uuid, second.uuid))
    assert set(made.evidence.all()) == {good, second}


def test_assess_attaches_links_in_the_same_transaction(item, owned, alice):
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary")
    made = assess(item, alice, "implemented", attachments=[draft], seen=1)
    assert [piece.title for piece in made.evidence.all()] == ["Decree 7"]
    assert [event.verb for event in Event.objects.order_by("sequence")] == ["evidence_attached", "assessed"]


def test_assess_refused_leaves_no_attachment(item, owned, alice):
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2019, 2, 1), "primary")
    with pytest.raises(Unlawful):
        assess(item, alice, "implemented", attachments=[draft])
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


def test_assess_with_a_stale_version_says_who_was_faster(item, owned, alice, carol):
    assess(item, carol, seen=1)
    with pytest.raises(Stale) as refused:
        assess(item, alice, "partly", seen=1)
    assert (refused.value.seen, refused.value.current) == (1, 2)
    assert "Carol" in str(refused.value.problems[0].detail)
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"value": "done"}, "value", "not_a_choice"),
        ({"kind": "guess"}, "kind", "not_a_choice"),
        ({"as_of": TODAY + dt.timedelta(days=2)}, "as_of", "in_the_future"),
        ({"as_of": dt.date(2019, 5, 31)}, "as_of", "before_source"),
        ({"blockers": ("weather",)}, "blockers/0", "not_a_choice"),
        ({"narrative": "a\x00b"}, "narrative", "control_characters"),
        ({"next_step": "a" * 20_001}, "next_step", "too_long"),
        ({"next_review_on": TODAY}, "next_review_on", "review_not_later"),
        ({"evidence": ("0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f",)}, "evidence/0", "unknown_name"),
    ],
)
def test_assess_names_the_wrong_field(item, owned, alice, said, field, code):
    with pytest.raises(Invalid) as refused:
        assess(item, alice, **said)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]


def test_assess_does_not_cite_retracted_evidence(item, owned, alice):
    piece = EvidenceFactory(recommendation=item, retracted_at=NOW, retracted_by=alice, retraction_reason="Wrong link.")
    with pytest.raises(Invalid) as refused:
        assess(item, alice, evidence=(piece.uuid,))
    assert codes(refused) == ["evidence_retracted"]


def test_assess_not_assessed_cannot_be_chosen(item, owned, alice):
    with pytest.raises(Unlawful) as refused:
        assess(item, alice, "not_assessed")
    assert codes(refused) == ["not_assessable"]


def test_assess_of_a_withdrawn_item_is_refused(item, owned, alice):
    item.withdrawn_at = NOW
    item.save()
    with pytest.raises(Unlawful) as refused:
        assess(item, alice)
    assert codes(refused) == ["withdrawn"]


def test_assess_of_a_missing_item_is_missing(alice):
    with pytest.raises(Missing):
        assess(RecommendationFactory.build(reference="X-1"), alice)


def test_assess_without_a_date_of_the_source_needs_no_younger_evidence(item, owned, alice):
    item.source.published_on = None
    item.source.save()
    piece = EvidenceFactory(recommendation=item, dated_on=dt.date(2001, 1, 1))
    assert assess(item, alice, "mostly", evidence=(piece.uuid,)).value == "mostly"
