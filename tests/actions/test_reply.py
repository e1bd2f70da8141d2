"""Answers by the link of a digest: what each writes, once; what makes a link worthless; what the law still asks."""

import datetime as dt

import pytest

from recommendations.actions import evidence, followup, reply
from recommendations.actions import subscription as subscriptions
from recommendations.models import Assessment, Delivery, Event, Notice, Person, Reply
from recommendations.models.verification import verify
from recommendations.rules.errors import Forbidden, Invalid, Missing, Refused, Stale, Unlawful
from tests.actions.test_concurrency import at_once
from tests.factories import NOW, TODAY, DeliveryFactory, EvidenceFactory, OrganizationFactory, PersonFactory

DAY = dt.timedelta(days=1)
LATER = NOW + DAY
pytestmark = pytest.mark.django_db


@pytest.fixture
def row(alice, owned):
    return DeliveryFactory(subscription__person=alice)


@pytest.fixture
def reported(item, owned, alice):
    """What Alice said some days ago: in preparation, a step and a review announced, something in the way."""
    said = followup.Statement(TODAY - 9 * DAY, "A draft.", "Sign it.", TODAY + 30 * DAY, ("funding",))
    return assess(item, alice, "in_preparation", said)


def assess(item, actor, value, said):
    return followup.assess(item.reference, value, kind="self", statement=said, actor=actor, now=NOW, seen=None)


def link(row, reference="T-900", made_at=NOW):
    return reply.Link(row.uuid, reference, made_at)


def answer(row, kind="on_track", *, actor=None, now=LATER, seen=None, made_at=NOW, **said):
    who = actor or row.subscription.person
    return reply.answer(link(row, made_at=made_at), kind, reply.Said(**said), actor=who, now=now, seen=seen)


def codes(refused):
    return refused.value.codes


def test_on_track_reports_what_stands_and_keeps_what_was_announced(row, item, reported, alice):
    made = answer(row)
    item.refresh_from_db()
    assert item.reported == made.assessment != reported
    said = made.assessment
    assert (said.value, said.as_of, said.author, said.narrative) == ("in_preparation", LATER.date(), alice, "")
    assert (said.next_step, said.next_review_on, said.blockers) == ("Sign it.", TODAY + 30 * DAY, [])
    event = Event.objects.about("recommendation", "T-900").last()
    assert (event.verb, event.actor, event.after["reply"]) == ("assessed", alice, "on_track")
    assert event.after["assessment"] == str(said.uuid)
    assert (made.person, made.delivery, made.answered_at, item.heard_at) == (alice, row, LATER, LATER)
    assert verify().is_whole


def test_a_report_without_a_link_tells_of_no_answer(reported):
    assert "reply" not in Event.objects.get(verb="assessed").after


def test_a_review_that_was_announced_for_a_day_gone_by_is_not_announced_again(row, item, owned, alice):
    assess(item, alice, "partly", followup.Statement(TODAY - 9 * DAY, next_review_on=TODAY))
    assert answer(row).assessment.next_review_on is None


def test_on_track_rests_on_what_the_report_rests_on(row, item, owned, alice, carol):
    piece, other = EvidenceFactory(recommendation=item), EvidenceFactory(recommendation=item, added_by=carol)
    assess(item, alice, "mostly", followup.Statement(TODAY, evidence=(piece.uuid, other.uuid)))
    evidence.retract(other.uuid, "Wrong.", actor=other.added_by, now=NOW)
    assert list(answer(row).assessment.evidence.all()) == [piece]


def test_on_track_without_the_evidence_that_it_needs(row, item, owned, alice, carol):
    piece = EvidenceFactory(recommendation=item, added_by=carol)
    assess(item, alice, "mostly", followup.Statement(TODAY, evidence=(piece.uuid,)))
    evidence.retract(piece.uuid, "Wrong.", actor=piece.added_by, now=NOW)
    item.refresh_from_db()
    with pytest.raises(Unlawful) as refused:
        answer(row)
    assert codes(refused) == ["evidence_needed"]
    assert [p.code for p in reply.obstacles(item, "on_track", alice, LATER)] == ["evidence_needed"]
    assert not Reply.objects.exists()


def test_on_track_where_nobody_reported(row, item, alice):
    with pytest.raises(Unlawful) as refused:
        answer(row)
    assert codes(refused) == ["nothing_reported"]
    assert reply.obstacles(item, "changed", alice, LATER) == reply.obstacles(item, "blocked", alice, LATER) == []


def test_changed_says_a_status_and_what_comes(row, reported):
    said = {
        "value": "partly",
        "narrative": "Half is done.",
        "next_step": "The rest.",
        "next_review_on": TODAY + 9 * DAY,
    }
    made = answer(row, "changed", **said).assessment
    assert {name: getattr(made, name) for name in said} == said
    assert made.blockers == []


def test_changed_keeps_what_was_announced_unless_nothing_is_to_come(row, reported):
    assert answer(row, "changed", value="partly").assessment.next_step == "Sign it."
    closed = answer(
        DeliveryFactory(subscription=row.subscription, period_start=NOW - DAY),
        "changed",
        value="overtaken",
        narrative="No need.",
    )
    assert (closed.assessment.next_step, closed.assessment.next_review_on) == ("", None)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ({"value": "mostly"}, Unlawful, "evidence_needed"),
        ({"value": "no_action"}, Unlawful, "narrative_needed"),
        ({"value": "reversed", "narrative": "Gone."}, Unlawful, "not_delivered_before"),
        ({"value": "not_assessed"}, Unlawful, "not_assessable"),
        ({"value": "done"}, Invalid, "not_a_choice"),
        ({"value": ""}, Invalid, "not_a_choice"),
        ({"value": "partly", "narrative": "\x00"}, Invalid, "control_characters"),
        ({"value": "partly", "next_review_on": TODAY}, Invalid, "review_not_later"),
    ],
)
def test_the_law_is_asked_as_everywhere(row, reported, said, kind, code):
    with pytest.raises(kind) as refused:
        answer(row, "changed", **said)
    assert codes(refused) == [code]
    assert not Reply.objects.exists()
    assert answer(row, "changed", value="partly").kind == "changed"


def test_what_can_be_chosen_is_what_the_law_takes(row, item, reported, alice):
    item.refresh_from_db()
    offered = reply.values(item, alice, LATER)
    assert offered == ["no_action", "in_preparation", "partly", "overtaken"]
    piece = EvidenceFactory(recommendation=item)
    assess(item, alice, "mostly", followup.Statement(TODAY, evidence=(piece.uuid,)))
    item.refresh_from_db()
    assert reply.values(item, alice, LATER) == [
        "no_action",
        "in_preparation",
        "partly",
        "mostly",
        "reversed",
        "overtaken",
    ]


def test_blocked_leaves_the_status_and_says_what_is_in_the_way(row, reported):
    made = answer(row, "blocked", blockers=("legislation",), narrative="The law is late.", value="partly").assessment
    assert (made.value, made.blockers, made.narrative) == ("in_preparation", ["legislation"], "The law is late.")
    assert made.next_step == "Sign it."


def test_blocked_where_nobody_reported_says_a_status(row, item):
    assert reply.takes_value("blocked", item)
    made = answer(row, "blocked", blockers=("funding",), value="no_action").assessment
    assert (made.value, made.blockers) == ("no_action", ["funding"])


@pytest.mark.parametrize(("blockers", "code"), [((), "required"), (("weather",), "not_a_choice")])
def test_blocked_by_something(row, reported, blockers, code):
    with pytest.raises(Invalid) as refused:
        answer(row, "blocked", blockers=blockers)
    assert codes(refused) == [code]


def test_not_mine_is_a_word_to_the_stewards_and_no_assessment(row, item, alice, carol, erin, bob):
    PersonFactory(role="steward", is_active=False)
    before = item.version
    made = answer(row, "not_mine", narrative="Ask the bank.")
    item.refresh_from_db()
    assert (made.assessment, made.note, item.version) == (None, "Ask the bank.", before)
    event = Event.objects.get(subject="recommendation")
    assert (event.verb, event.actor) == ("disowned", alice)
    assert event.after == {"reply": str(made.uuid), "reason": "Ask the bank."}
    told = list(Notice.objects.order_by("person__name").values_list("person__name", "kind", "reply", "recommendation"))
    assert told == [("Carol", "disowned", made.pk, item.pk), ("Erin", "disowned", made.pk, item.pk)]
    assert not Assessment.objects.exists()


def test_what_is_said_to_the_stewards_is_a_text(row):
    with pytest.raises(Invalid) as refused:
        answer(row, "not_mine", narrative="\x1b")
    assert codes(refused) == ["control_characters"]


def test_a_steward_needs_no_telling_of_their_own_words(carol, owned, ministry):
    Person.objects.filter(pk=carol.pk).update(organization=ministry)
    answer(DeliveryFactory(subscription__person=Person.objects.get(pk=carol.pk)), "not_mine")
    assert not Notice.objects.exists()


def test_there_are_four_answers(row, reported):
    with pytest.raises(Invalid) as refused:
        answer(row, "perhaps")
    assert codes(refused) == ["not_a_choice"]


def test_a_link_counts_once_for_its_digest(row, reported):
    answer(row)
    for kind in ("on_track", "changed", "blocked", "not_mine"):
        with pytest.raises(Unlawful) as refused:
            answer(row, kind, value="partly", blockers=("funding",))
        assert codes(refused) == ["already_answered"]
    assert answer(DeliveryFactory(subscription=row.subscription, period_start=NOW - DAY)).assessment
    assert Reply.objects.count() == 2


def test_a_link_counts_for_two_weeks(row, reported):
    with pytest.raises(Unlawful) as refused:
        answer(row, now=NOW + reply.VALID)
    assert codes(refused) == ["link_expired"]
    assert answer(row, now=NOW + reply.VALID - dt.timedelta(microseconds=1)).kind == "on_track"


def ended(made, alice):
    subscriptions.unsubscribe(made.uuid, now=LATER)


def left(made, alice):
    Person.objects.filter(pk=alice.pk).update(is_active=False)


def moved(made, alice):
    Person.objects.filter(pk=alice.pk).update(email="alice@example.net")


def made_worthless(made, alice):
    reply.revoke(made.uuid, actor=alice, now=LATER)


@pytest.mark.parametrize("what", [ended, left, moved, made_worthless])
def test_what_makes_links_worthless(row, reported, alice, what):
    what(row.subscription, alice)
    with pytest.raises(Unlawful) as refused:
        answer(row, actor=alice, now=LATER + DAY)
    assert codes(refused) == ["link_revoked"]
    assert not Reply.objects.exists()


def test_the_case_of_an_address_is_none_of_its_letters(row, reported, alice):
    Person.objects.filter(pk=alice.pk).update(email=alice.email.title())
    assert answer(row, actor=alice)


def test_links_of_later_mails_count(row, reported, alice):
    made = reply.revoke(row.subscription.uuid, actor=alice, now=LATER)
    event = Event.objects.about("subscription", str(made.uuid)).get()
    assert (event.verb, event.before) == ("amended", {"answers_from": None})
    assert (made.answers_from, made.version) == (LATER, 2)
    with pytest.raises(Unlawful):
        answer(row, now=LATER, made_at=LATER - dt.timedelta(microseconds=1))
    assert answer(row, now=LATER, made_at=LATER)


def test_a_digest_that_has_ended_has_no_links(row, alice):
    subscriptions.unsubscribe(row.subscription.uuid, now=LATER)
    with pytest.raises(Unlawful):
        reply.revoke(row.subscription.uuid, actor=alice, now=LATER)


def test_the_digests_of_others_are_not_ours_to_answer(row, reported, ministry):
    colleague = PersonFactory(role="contributor", organization=ministry)
    with pytest.raises(Forbidden) as refused:
        answer(row, actor=colleague)
    assert codes(refused) == ["not_yours"]


def unassigned(item, alice):
    item.assignments.update(organization=OrganizationFactory())


def reader_now(item, alice):
    Person.objects.filter(pk=alice.pk).update(role="reader")


def withdrawn(item, alice):
    type(item).objects.update(withdrawn_at=NOW)


def split(item, alice):
    type(item).objects.create(
        reference="T-901",
        parent=item,
        source=item.source,
        title_en="A",
        instrument="dialogue",
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("what", "code"),
    [(unassigned, "not_assigned"), (reader_now, "not_assigned"), (withdrawn, "withdrawn"), (split, "has_parts")],
)
@pytest.mark.parametrize("kind", ["on_track", "not_mine"])
def test_what_is_not_owed_any_more(row, item, reported, alice, what, code, kind):
    what(item, alice)
    with pytest.raises(Refused) as refused:
        answer(row, kind, actor=Person.objects.get(pk=alice.pk))
    assert codes(refused) == [code]


def test_a_steward_answers_for_what_they_owe_only(item, reported, carol):
    with pytest.raises(Forbidden) as refused:
        answer(DeliveryFactory(subscription__person=carol))
    assert codes(refused) == ["not_assigned"]


def test_what_is_nowhere(row, alice):
    for one in (reply.Link(row.uuid, "T-999", NOW), reply.Link(alice.uuid, "T-900", NOW)):
        with pytest.raises(Missing):
            reply.answer(one, "on_track", reply.Said(), actor=alice, now=LATER)
    Delivery.objects.update(kind="confirmation")
    with pytest.raises(Missing):
        answer(row)


def test_somebody_was_faster(row, item, reported):
    item.refresh_from_db()
    with pytest.raises(Stale):
        answer(row, seen=item.version - 1)
    with pytest.raises(Stale):
        answer(row, "changed", value="partly", seen=item.version - 1)
    assert not Reply.objects.exists()
    assert answer(row, seen=item.version)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["changed", "not_mine"])
def test_of_sixteen_at_once_one_answers(row, item, alice, carol, kind):
    def once(_number):
        try:
            return answer(row, kind, value="no_action")
        except Unlawful as refused:
            return refused.codes

    outcomes = at_once(16, once)
    assert outcomes.count(["already_answered"]) == 15
    assert (Reply.objects.count(), Event.objects.filter(subject="recommendation").count()) == (1, 1)
    assert Assessment.objects.count() == (kind == "changed")
    assert Notice.objects.count() == (kind == "not_mine")
    assert verify().is_whole
