"""The same to many at once: what is refused leaves its item alone, the rest is one act, and can be undone once."""

import datetime as dt
import uuid

import pytest

from recommendations.actions import assignment, batch, comment, follow, recommendation
from recommendations.models import Assessment, Assignment, Batch, Event, Evidence, Follow, Notice, Recommendation
from recommendations.models.event import Verb
from recommendations.models.verification import verify
from recommendations.rules.errors import Forbidden, Invalid, Missing, Unlawful
from tests.actions.test_concurrency import at_once
from tests.factories import (
    NOW,
    TODAY,
    AssignmentFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=2)
LINK = {"title": "Decree 7", "url": "https://example.org/7", "dated_on": dt.date(2026, 3, 1), "kind": "primary"}
REPORT = {"kind": "self", "value": "in_preparation", "as_of": TODAY}


@pytest.fixture
def three(db, ministry):
    """B-1 and B-2 are the ministry's (and so Alice's), B-3 is nobody's."""
    items = [RecommendationFactory(reference=f"B-{n}") for n in (1, 2, 3)]
    for item in items[:2]:
        AssignmentFactory(recommendation=item, organization=ministry)
    return ["B-1", "B-2", "B-3"]


def run(verb, references, said, actor, now=NOW):
    return batch.run(verb, references, said, actor=actor, now=now)


def done(made):
    return [row["reference"] for row in made.done]


def refused(made):
    return [(row["reference"], row["code"], row["field"]) for row in made.refused]


def undo(made, actor, now=LATER):
    return batch.undo(made.uuid, actor=actor, now=now)


def columns(*names):
    return list(Recommendation.objects.order_by("reference").values_list(*names, flat=len(names) == 1))


def test_amend_and_undo(three, carol):
    economy, culture = ThemeFactory(slug="economy"), ThemeFactory(slug="culture")
    Recommendation.objects.get(reference="B-1").themes.set([culture])
    said = {"priority": "high", "target_on": dt.date(2027, 1, 1), "themes": ("economy",), "visibility": "internal"}
    Recommendation.objects.filter(reference="B-2").update(target_on=dt.date(2026, 12, 1))
    made = run("amend", three, said, carol)
    assert (done(made), made.refused, made.verb, made.actor, made.made_at) == (three, [], "amend", carol, NOW)
    assert made.said == {**said, "target_on": "2027-01-01", "themes": ["economy"]}
    assert columns("priority", "visibility") == [("high", "internal")] * 3
    events = [e.verb for e in Event.objects.order_by("id")]
    assert events == [Verb.AMENDED] * 3 + [Verb.DONE_TO_MANY]
    last = Event.objects.order_by("id").last()
    assert (last.subject, last.subject_key, last.recommendation) == ("batch", str(made.uuid), None)
    assert last.after == {"verb": "amend", "done": 3, "refused": 0}

    back = undo(made, carol)
    assert (back.undone_at, back.undone_by, back.not_undone) == (LATER, carol, [])
    assert columns("priority", "visibility", "target_on") == [
        ("normal", "public", None),
        ("normal", "public", dt.date(2026, 12, 1)),
        ("normal", "public", None),
    ]
    assert list(Recommendation.objects.get(reference="B-1").themes.all()) == [culture]
    assert list(economy.recommendations.all()) == []
    last = Event.objects.order_by("id").last()
    assert (last.verb, last.after) == (Verb.UNDONE, {"verb": "amend", "undone": 3, "not_undone": 0})
    assert verify().is_whole


def test_what_is_refused_changes_nothing_of_its_item(three, carol):
    Recommendation.objects.filter(reference="B-2").update(withdrawn_at=NOW)
    Recommendation.objects.filter(reference="B-3").update(priority="high")
    made = run("amend", [*three, "B-9", "B-1"], {"priority": "high"}, carol)
    assert done(made) == ["B-1"]
    assert refused(made) == [
        ("B-2", "withdrawn", ""),
        ("B-3", "unchanged", ""),
        ("B-9", "not_found", ""),
    ]
    assert made.refused[0]["detail"] == "B-2 was withdrawn; it can be read, and no longer changed."
    assert columns("version") == [2, 1, 1]
    assert Event.objects.filter(verb=Verb.AMENDED).count() == 1


def test_what_somebody_changed_since_is_not_undone(three, carol, dave):
    made = run("amend", three, {"priority": "high"}, carol)
    recommendation.amend("B-2", {"priority": "low"}, actor=carol, now=NOW, seen=None)
    comment.write("B-1", "Talk changes nothing.", actor=dave, now=NOW)
    follow.follow("B-1", actor=dave, now=NOW)
    back = undo(made, carol)
    assert [(row["reference"], row["code"]) for row in back.not_undone] == [("B-2", "changed_since")]
    assert columns("priority") == ["normal", "low", "normal"]


def test_undo_twice_or_of_nothing_is_refused(three, carol):
    made = run("amend", three, {"priority": "high"}, carol)
    undo(made, carol)
    with pytest.raises(Unlawful) as again:
        undo(made, carol)
    assert again.value.codes == ["already_undone"]
    other = run("amend", three, {"priority": "low"}, carol)
    Recommendation.objects.update(version=99)
    with pytest.raises(Unlawful) as nothing:
        undo(other, carol)
    assert nothing.value.codes == ["changed_since"]
    other.refresh_from_db()
    assert other.undone_at is None
    assert Event.objects.filter(verb=Verb.UNDONE).count() == 1
    with pytest.raises(Missing):
        batch.undo(uuid.uuid4(), actor=carol, now=NOW)


def test_report_on_ones_own_with_a_link_and_undo(three, alice):
    made = run("assess", three, {**REPORT, "value": "mostly", "narrative": "Seen.", "link": LINK}, alice)
    assert (done(made), refused(made)) == (["B-1", "B-2"], [("B-3", "not_assigned", "")])
    assert columns("reported_status") == ["mostly", "mostly", "not_assessed"]
    assert [a.evidence.get().title for a in Assessment.objects.all()] == ["Decree 7"] * 2
    undo(made, alice)
    assert columns("reported_status") == ["not_assessed"] * 3
    assert not Assessment.objects.standing().exists()
    assert not Evidence.objects.standing().exists()
    assert Assessment.objects.first().retraction_reason == "Undone together with the other items of a bulk act."


def test_review_of_many(three, bob, alice, carol):
    run("assess", ["B-1"], {**REPORT, "kind": "review", "value": "partly", "blockers": ("funding",)}, bob)
    assert columns("verified_status") == ["partly", "not_assessed", "not_assessed"]
    with pytest.raises(Forbidden) as not_theirs:
        run("assess", three, {**REPORT, "kind": "review"}, alice)
    assert not_theirs.value.codes == ["reviewers_only"]
    made = run("assess", ["B-1", "B-2"], {**REPORT, "kind": "review", "value": "reversed", "narrative": "Gone."}, carol)
    assert (done(made), refused(made)) == (["B-1"], [("B-2", "not_delivered_before", "value")])


def test_assign_and_undo(three, carol, ministry):
    other = OrganizationFactory(slug="other")
    person = PersonFactory(role="contributor", organization=other)
    said = {"organization": "other", "role": "lead", "since": TODAY, "person": person.uuid}
    made = run("assign", three, said, carol)
    assert (done(made), refused(made)) == (["B-3"], [("B-1", "has_lead", "role"), ("B-2", "has_lead", "role")])
    undo(made, carol)
    held = Assignment.objects.get(organization=other)
    assert (held.person, held.until) == (person, LATER.date())


def test_an_assignment_to_come_is_released_on_its_first_day(three, carol):
    OrganizationFactory(slug="other")
    since = TODAY + dt.timedelta(days=30)
    undo(run("assign", three, {"organization": "other", "role": "supporting", "since": since}, carol), carol)
    assert {a.until for a in Assignment.objects.filter(organization__slug="other")} == {since}


def test_follow_and_undo(three, dave, bob, carol):
    follow.follow("B-1", actor=dave, now=NOW - dt.timedelta(days=1))
    made = run("follow", three, {}, dave)
    assert (done(made), refused(made)) == (["B-2", "B-3"], [("B-1", "unchanged", "")])
    follow.unfollow("B-2", actor=dave, now=NOW)
    follow.follow("B-2", actor=dave, now=LATER)
    for stranger in (bob, carol):  # whom somebody follows is nobody else's business
        with pytest.raises(Missing):
            undo(made, stranger)
        assert not Batch.objects.visible_to(stranger).exists()
        assert not Event.objects.visible_to(stranger).filter(subject="batch").exists()
    back = undo(made, dave)
    assert [(row["reference"], row["code"]) for row in back.not_undone] == [("B-2", "changed_since")]
    assert sorted(Follow.objects.values_list("recommendation__reference", flat=True)) == ["B-1", "B-2"]
    assert columns("version") == [1, 1, 1]


def test_who_may_undo(three, alice, bob, carol, erin):
    for actor, allowed in ((bob, False), (carol, True), (alice, True), (erin, True)):
        made = run("assess", ["B-1"], REPORT, alice)
        assert batch.can_undo(made, actor) is allowed
        if allowed:
            assert not batch.can_undo(undo(made, actor), actor)
        else:
            with pytest.raises(Forbidden):
                undo(made, actor)


def test_strangers_and_who_is_gone_see_and_do_nothing(three, carol, dave):
    made = run("amend", three, {"priority": "high"}, carol)
    dave.is_active = False
    assert not Batch.objects.visible_to(None).exists()
    assert not Batch.objects.visible_to(dave).exists()
    assert not Event.objects.visible_to(None).filter(subject="batch").exists()
    assert Event.objects.visible_to(PersonFactory()).filter(subject="batch").count() == 1
    with pytest.raises(Missing):
        undo(made, dave)
    with pytest.raises(Forbidden):
        run("follow", three, {}, dave)
    with pytest.raises(Forbidden) as stewards:
        run("amend", three, {"priority": "low"}, PersonFactory(role="reviewer"))
    assert stewards.value.codes == ["stewards_only"]


@pytest.mark.parametrize(
    ("verb", "references", "said", "problems"),
    [
        ("erase", ["B-1"], {}, [("not_a_choice", "verb")]),
        ("amend", [], {"priority": "high"}, [("required", "references")]),
        ("amend", [f"B-{n}" for n in range(1001)], {"priority": "high"}, [("too_many", "references")]),
        ("amend", ["B-1", "b\x00"], {"priority": "high"}, [("bad_reference", "references/1")]),
        ("amend", ["B-1"], {}, [("nothing_said", "")]),
        ("amend", ["B-1"], {"title_en": "Mine", "priority": "high"}, [("unknown_field", "title_en")]),
        ("amend", ["B-1", "B-2"], {"priority": "urgent"}, [("not_a_choice", "priority")]),
        ("amend", ["B-1"], {"themes": ("nowhere",)}, [("unknown_name", "themes")]),
        ("assess", ["B-1"], {"kind": "self"}, [("required", "as_of"), ("required", "value")]),
        ("assess", ["B-1"], {**REPORT, "value": "great"}, [("not_a_choice", "value")]),
        ("assess", ["B-1"], {**REPORT, "as_of": TODAY + dt.timedelta(days=2)}, [("in_the_future", "as_of")]),
        ("assess", ["B-1"], {**REPORT, "link": {**LINK, "url": "javascript:x"}}, [("link_scheme", "url")]),
        ("assign", ["B-1"], {"organization": "x", "role": "lead", "since": TODAY}, [("unknown_name", "organization")]),
        ("follow", ["B-1"], {"why": "x"}, [("unknown_field", "why")]),
    ],
)
def test_bad_input_changes_nothing(three, carol, verb, references, said, problems):
    with pytest.raises(Invalid) as wrong:
        run(verb, references, said, carol)
    assert [(p.code, p.field) for p in wrong.value.problems] == problems
    assert not Event.objects.exists()
    assert not Batch.objects.exists()


def test_when_all_are_refused_each_reason_is_said_once(three, carol):
    Recommendation.objects.filter(reference="B-2").update(withdrawn_at=NOW)
    with pytest.raises(Unlawful) as nothing:
        run("amend", ["B-1", "B-2", "B-3", "B-8", "B-9"], {"priority": "normal"}, carol)
    assert [(p.code, p.field) for p in nothing.value.problems] == [
        ("unchanged", ""),
        ("withdrawn", ""),
        ("not_found", "references"),
    ]
    assert not Batch.objects.exists()


def test_what_cannot_be_undone_says_so(three, carol, monkeypatch):
    made = run("amend", three, {"priority": "high"}, carol)
    monkeypatch.setitem(batch.VERBS, "amend", batch.VERBS["amend"].__class__(batch.VERBS["amend"].do, None))
    assert not batch.can_undo(made, carol)
    with pytest.raises(Unlawful) as not_possible:
        undo(made, carol)
    assert not_possible.value.codes == ["no_undo"]


def test_one_notice_for_each_person(three, carol, alice, ministry):
    other = OrganizationFactory(slug="other")
    chief = PersonFactory(name="Chief", role="contributor", organization=other)
    PersonFactory(name="Clerk", role="contributor", organization=other)
    said = {"organization": "other", "role": "supporting", "since": TODAY, "person": chief.uuid}
    made = run("assign", three, said, carol)
    told = Notice.objects.exclude(kind="digest").order_by("person__name")  # the chief gets one from now on
    assert list(told.values_list("person__name", "kind", "count", "batch", "recommendation")) == [
        ("Alice", "batch", 2, made.pk, None),
        ("Chief", "batch", 3, made.pk, None),
    ]
    run("amend", ["B-3"], {"priority": "high"}, carol)
    assert told.count() == 3
    run("follow", three, {}, carol)
    assert told.count() == 3


def test_who_does_it_is_not_told(three, alice, ministry):
    PersonFactory(name="Colleague", role="contributor", organization=ministry)
    run("assess", ["B-1", "B-2"], REPORT, alice)
    assert list(Notice.objects.values_list("person__name", "count")) == [("Colleague", 2)]


def test_notices_given_before_stay(three, carol, alice):
    assignment.assign("B-3", "ministry", role="lead", since=TODAY, actor=carol, now=NOW - dt.timedelta(minutes=1))
    run("amend", ["B-3"], {"priority": "high"}, carol)
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["assigned", "batch", "digest"]


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("amend", {"priority": "high"}),
        ("assess", {**REPORT, "link": LINK}),
        ("assign", {"organization": "other", "role": "supporting", "since": TODAY}),
        ("follow", {}),
    ],
)
def test_statements_per_item_are_constant(carol, verb, said, django_assert_num_queries):
    OrganizationFactory(slug="other")
    totals, backs = [], []
    for size in (1, 2, 3):
        references = [RecommendationFactory().reference for _n in range(size)]
        with django_assert_num_queries(400, exact=False) as asked:
            made = run(verb, references, said, carol)
        totals.append(len(asked))
        with django_assert_num_queries(400, exact=False) as asked:
            undo(made, carol)
        backs.append(len(asked))
    assert totals[2] - totals[1] == totals[1] - totals[0]
    assert backs[2] - backs[1] == backs[1] - backs[0]


@pytest.mark.django_db(transaction=True)
def test_of_many_who_undo_at_once_one_does(three, carol):
    made = run("amend", three, {"priority": "high"}, carol)

    def attempt(_n):
        try:
            return undo(made, carol)
        except Unlawful as refused:
            return refused.codes

    outcomes = at_once(6, attempt)
    assert sorted(map(str, outcomes)).count("['already_undone']") == 5
    assert columns("version") == [3, 3, 3]
    assert Event.objects.filter(verb=Verb.UNDONE).count() == 1
    assert verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_batches_of_the_same_items_in_any_order_do_not_block_each_other(carol):
    references = [RecommendationFactory(reference=f"B-{n}").reference for n in range(1, 13)]

    def work(number):
        ordered = references if number % 2 else references[::-1]
        return run("amend", ordered, {"target_on": TODAY + dt.timedelta(days=number)}, carol)

    assert len(at_once(6, work)) == 6
    assert columns("version") == [7] * 12
    assert verify().is_whole


def test_withdraw_and_undo(three, carol):
    Recommendation.objects.filter(reference="B-3").update(withdrawn_at=NOW)
    made = run("withdraw", three, {"reason": "The source was taken back."}, carol)
    assert (done(made), refused(made)) == (["B-1", "B-2"], [("B-3", "already_withdrawn", "")])
    assert columns("withdrawn_at") == [NOW] * 3
    with pytest.raises(Invalid) as nothing:
        run("withdraw", three, {}, carol)
    assert [(p.code, p.field) for p in nothing.value.problems] == [("required", "reason")]
    assert undo(made, carol).not_undone == []
    assert columns("withdrawn_at") == [None, None, NOW]
    last = Event.objects.filter(recommendation__reference="B-1").order_by("id").last()
    assert (last.verb, last.after["reason"]) == (Verb.RESTORED, "Undone together with the other items of a bulk act.")
