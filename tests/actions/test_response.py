"""What addressees answer: recorded, kept in order, never a status."""

import datetime as dt

import pytest

from recommendations.actions import recommendation, response
from recommendations.models import Event, Recommendation, Response
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    EvidenceFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
)

pytestmark = pytest.mark.django_db


def respond(actor, answer="accepted", *, days=0, seen=None, reference="T-900", **said):
    said.setdefault("organization", "ministry")
    draft = response.Draft(answer=answer, responded_on=TODAY - dt.timedelta(days=days), **said)
    return response.respond(reference, draft, actor=actor, now=NOW, seen=seen)


def test_latest_by_date_then_by_record_is_the_answer(item, owned, alice):
    for answer, days, expected in (
        ("noted", 10, "noted"),
        ("rejected", 20, "noted"),
        ("in_part", 10, "in_part"),
        ("accepted", 1, "accepted"),
    ):
        respond(alice, answer, days=days)
        item.refresh_from_db()
        assert item.answer == expected == response.current(item)
    assert (item.version, item.heard_at) == (5, NOW)
    assert [r.answer for r in item.responses.all()] == ["accepted", "in_part", "noted", "rejected"]


def test_respond_writes_one_event(item, owned, alice):
    piece = EvidenceFactory(recommendation=item)
    made = respond(alice, "in_principle", statement="We shall see.", evidence=(piece.uuid,))
    event = Event.objects.get()
    assert (event.verb, event.before) == ("responded", {"answer": ""})
    expected = {"response": str(made.uuid), "organization": "ministry", "answer": "in_principle", "evidence": [str(piece.uuid)]}  # fmt: skip
    assert {name: event.after[name] for name in expected} == expected
    assert list(made.evidence.all()) == [piece]
    respond(alice, "rejected")
    assert Event.objects.last().before == {"answer": "in_principle"}


def test_rejected_item_stays_tracked(item, owned, alice):
    respond(alice, "rejected")
    assert Recommendation.objects.open().get() == item


def test_who_may_respond(item, owned, people, ministry):
    for role in ("reader", "reviewer"):
        with pytest.raises(Forbidden) as refused:
            respond(people[role])
        assert refused.value.codes == ["not_assigned"]
    for role in ("contributor", "steward", "administrator"):
        respond(people[role])
    other = OrganizationFactory(slug="other")
    with pytest.raises(Forbidden) as refused:
        respond(people["contributor"], organization="other")
    assert refused.value.codes == ["other_organization"]
    respond(people["steward"], organization="other")
    assert response.bodies_of(people["contributor"], item) == [ministry]
    assert set(response.bodies_of(people["steward"], item)) == {ministry, other}


def test_the_named_person_answers_for_the_owner(item):
    someone = PersonFactory(role="contributor")
    made = AssignmentFactory(recommendation=item, person=someone, organization__slug="court")
    assert response.bodies_of(someone, item) == [made.organization]
    respond(someone, organization="court")


def test_refusals_come_together_and_change_nothing(item, owned, alice, carol):
    with pytest.raises(Invalid) as refused:
        respond(alice, "perhaps", days=-1, statement="\x00")
    assert refused.value.codes == ["in_the_future", "not_a_choice", "control_characters"]
    for changed, code in (
        ({"days": 9999}, "before_source"),
        ({"organization": "nowhere"}, "unknown_name"),
        ({"evidence": (owned.uuid,)}, "unknown_name"),
        (
            {"evidence": (EvidenceFactory(recommendation=item, retracted_at=NOW, retraction_reason="x").uuid,)},
            "evidence_retracted",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            respond(alice, **changed)
        assert refused.value.codes == [code]
    with pytest.raises(Stale):
        respond(alice, seen=7)
    with pytest.raises(Missing):
        respond(alice, reference="T-999")
    assert not Response.objects.exists()
    assert not Event.objects.exists()
    Recommendation.objects.update(withdrawn_at=NOW)
    with pytest.raises(Unlawful):
        respond(carol)


def test_a_source_without_a_date_allows_any_day(alice, ministry):
    item = RecommendationFactory(reference="T-901", source__published_on=None)
    AssignmentFactory(recommendation=item, organization=ministry)
    respond(alice, days=9999, reference="T-901")
    assert recommendation.locked("T-901", alice).answer == "accepted"
