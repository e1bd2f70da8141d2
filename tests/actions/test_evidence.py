"""Attach and retract."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from recommendations.actions import evidence
from recommendations.models import Event, Evidence
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, TODAY, EvidenceFactory

pytestmark = pytest.mark.django_db
DRAFT = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary", "Ministry")


def test_attach_keeps_the_link_and_writes_one_event(item, owned, alice):
    made = evidence.attach("T-900", DRAFT, actor=alice, now=NOW, seen=1)
    assert (made.title, made.added_by, made.is_standing, str(made)) == ("Decree 7", alice, True, "Decree 7")
    event = Event.objects.get()
    assert (event.verb, event.after["url"], event.after["evidence"]) == ("evidence_attached", DRAFT.url, str(made.uuid))
    item.refresh_from_db()
    assert item.version == 2


@pytest.mark.parametrize(
    ("role", "may"), [("reader", False), ("contributor", False), ("reviewer", True), ("steward", True)]
)
def test_attach_to_what_is_not_ones_own(item, people, role, may):
    if may:
        assert evidence.attach("T-900", DRAFT, actor=people[role], now=NOW).pk
        return
    with pytest.raises(Forbidden) as refused:
        evidence.attach("T-900", DRAFT, actor=people[role], now=NOW)
    assert refused.value.codes == ["not_assigned"]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"title": ""}, "title", "required"),
        ({"issuer": "a" * 301}, "issuer", "too_long"),
        ({"url": ""}, "url", "required"),
        ({"url": "javascript:alert(1)"}, "url", "link_scheme"),
        ({"url": "http://192.168.0.1/"}, "url", "link_private"),
        ({"dated_on": TODAY + dt.timedelta(days=1)}, "dated_on", "in_the_future"),
        ({"kind": "rumour"}, "kind", "not_a_choice"),
    ],
)
def test_attach_names_the_wrong_field(item, carol, changed, field, code):
    with pytest.raises(Invalid) as refused:
        evidence.attach("T-900", replace(DRAFT, **changed), actor=carol, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert not Evidence.objects.exists()


def test_attach_by_a_person_for_whom_it_is_tomorrow_already(item, carol):
    carol.time_zone = "Asia/Vladivostok"
    tomorrow = replace(DRAFT, dated_on=TODAY + dt.timedelta(days=1))
    assert evidence.attach("T-900", tomorrow, actor=carol, now=NOW.replace(hour=20)).dated_on > TODAY


def test_attach_refusals(item, carol):
    with pytest.raises(Missing):
        evidence.attach("T-1", DRAFT, actor=carol, now=NOW)
    with pytest.raises(Stale):
        evidence.attach("T-900", DRAFT, actor=carol, now=NOW, seen=2)
    item.withdrawn_at = NOW
    item.save()
    with pytest.raises(Unlawful):
        evidence.attach("T-900", DRAFT, actor=carol, now=NOW)


def test_retract_keeps_it_readable_with_the_reason(item, owned, alice):
    piece = evidence.attach("T-900", DRAFT, actor=alice, now=NOW)
    made = evidence.retract(piece.uuid, "The decree was never signed.", actor=alice, now=NOW)
    assert (made.is_standing, made.retraction_reason, made.version) == (False, "The decree was never signed.", 2)
    assert Event.objects.get(verb="evidence_retracted").after["reason"] == "The decree was never signed."
    with pytest.raises(Unlawful) as refused:
        evidence.retract(piece.uuid, "Again.", actor=alice, now=NOW)
    assert refused.value.codes == ["already_retracted"]


def test_retract_refusals(item, owned, alice, bob, carol):
    piece = EvidenceFactory(recommendation=item, added_by=alice)
    with pytest.raises(Missing):
        evidence.retract(uuid.uuid4(), "Wrong.", actor=carol, now=NOW)
    with pytest.raises(Forbidden) as refused:
        evidence.retract(piece.uuid, "Wrong.", actor=bob, now=NOW)
    assert refused.value.codes == ["not_yours"]
    with pytest.raises(Invalid):
        evidence.retract(piece.uuid, " ", actor=carol, now=NOW)
    assert Evidence.objects.standing().get() == piece
