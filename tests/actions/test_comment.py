"""Comments: who may, what history keeps, whom they mention."""

import hashlib
import uuid

import pytest

from recommendations.actions import comment, recommendation
from recommendations.models import Comment, Event, Notice
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, PersonFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


def write(body, actor, **more):
    return comment.write("T-900", body, actor=actor, now=NOW, **more)


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward", "administrator"])
def test_everybody_who_signs_in_comments(people, item, role):
    made = write("A **draft** exists.", people[role])
    assert (made.author, made.recommendation, made.body, made.is_standing) == (
        people[role],
        item,
        "A **draft** exists.",
        True,
    )
    event = Event.objects.get()
    assert (event.verb, event.subject_key, event.actor) == (Verb.COMMENTED, "T-900", people[role])
    assert event.after == {"comment": str(made.uuid), "sha256": hashlib.sha256(b"A **draft** exists.").hexdigest()}
    item.refresh_from_db()
    assert item.version == 1


def test_who_may_not_sign_in_does_not_comment(dave, item):
    RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    dave.is_active = False
    with pytest.raises(Forbidden):
        write("x", dave)
    for reference in ("T-901", "T-999"):
        with pytest.raises(Missing):
            comment.write(reference, "x", actor=dave, now=NOW)
    assert not Comment.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "required"), (" \n ", "required"), ("a\x00b", "control_characters"), ("a" * (words.TEXT + 1), "too_long")],
)
def test_bad_text_changes_nothing(dave, item, body, code):
    with pytest.raises(Invalid) as wrong:
        write(body, dave)
    assert [(p.code, p.field) for p in wrong.value.problems] == [(code, "body")]
    assert not Comment.objects.exists()


def test_names_after_an_at_are_told_once(dave, alice, bob, item):
    PersonFactory(name="Alice Cooper")
    made = write("@ALICE and @alice, see what @Alice Cooper wrote; @Bobby, x@Bob", dave)
    assert sorted(made.mentioned.values_list("name", flat=True)) == ["Alice", "Alice Cooper"]
    told = Notice.objects.order_by("person__name").values_list("person__name", "kind", "comment", "recommendation")
    assert list(told) == [("Alice", "mentioned", made.pk, item.pk), ("Alice Cooper", "mentioned", made.pk, item.pk)]


def test_names_of_two_or_of_nobody_active_mention_nobody(dave, item):
    PersonFactory(name="Ann Lee", email="a@example.org")
    PersonFactory(name="ann  lee", email="b@example.org")
    PersonFactory(name="Ann", email="c@example.org")
    PersonFactory(name="Old Hand", is_active=False)
    assert not write("@Ann Lee and @Old Hand", dave).mentioned.exists()
    assert write("@Ann, and @Ann Lee", dave).mentioned.get().name == "Ann"


def test_people_can_be_chosen_too_and_oneself_is_not_told(dave, alice, item):
    made = write("Look, @Dave!", dave, people=[alice.uuid, alice.uuid])
    assert sorted(made.mentioned.values_list("name", flat=True)) == ["Alice", "Dave"]
    assert Notice.objects.get().person == alice
    missing, gone = uuid.uuid4(), PersonFactory(is_active=False)
    with pytest.raises(Invalid) as wrong:
        write("x", dave, people=[alice.uuid, missing, gone.uuid])
    assert [p.field for p in wrong.value.problems] == ["people/1", "people/2"]


def test_nobody_shouts_to_everybody(dave, item):
    crowd = PersonFactory.create_batch(comment.MOST_MENTIONED + 1)
    with pytest.raises(Invalid) as wrong:
        write("x", dave, people=[one.uuid for one in crowd])
    assert wrong.value.codes == ["too_many"]
    assert write("x", dave, people=[one.uuid for one in crowd[1:]]).mentioned.count() == comment.MOST_MENTIONED


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("reader", False), ("contributor", False), ("reviewer", False), ("steward", True), ("administrator", True)],
)
def test_author_and_stewards_take_back(people, item, role, allowed):
    made = write("Wrong.", PersonFactory())
    if not allowed:
        with pytest.raises(Forbidden):
            comment.retract(made.uuid, actor=people[role], now=NOW)
        return
    gone = comment.retract(made.uuid, actor=people[role], now=NOW)
    assert (gone.is_standing, gone.retracted_by, gone.body) == (False, people[role], "Wrong.")
    event = Event.objects.order_by("sequence").last()
    assert (event.verb, event.after) == (Verb.COMMENT_RETRACTED, {"comment": str(made.uuid)})


def test_take_back_once_and_what_is_missing(dave, alice, bob, item):
    made = write("@Alice and @Bob", dave)
    Notice.objects.filter(person=bob).update(seen_at=NOW)
    comment.retract(made.uuid, actor=dave, now=NOW)
    assert Notice.objects.get().person == bob  # who has seen it; who has not need not look for it
    with pytest.raises(Unlawful):
        comment.retract(made.uuid, actor=dave, now=NOW)
    for someone, key in ((dave, uuid.uuid4()), (PersonFactory(is_active=False), made.uuid)):
        with pytest.raises(Missing):
            comment.retract(key, actor=someone, now=NOW)
    item.refresh_from_db()
    assert item.version == 1


def test_strangers_see_no_event_of_a_comment(dave, item, people):
    made = write("x", dave)
    comment.retract(made.uuid, actor=dave, now=NOW)
    told = {role: Event.objects.visible_to(person).count() for role, person in people.items()}
    assert told == {"visitor": 0, **dict.fromkeys(["reader", "contributor", "reviewer", "steward", "administrator"], 2)}


def test_who_was_faster_is_not_who_only_talked(dave, carol, item):
    recommendation.amend("T-900", {"priority": "high"}, actor=carol, now=NOW, seen=1)
    write("x", dave)
    with pytest.raises(Stale, match="Carol"):
        recommendation.amend("T-900", {"priority": "low"}, actor=carol, now=NOW, seen=1)


def test_statements_do_not_grow_with_people(dave, item, django_assert_num_queries):
    counts = []
    for size in (1, 3):
        crowd = PersonFactory.create_batch(size)
        body = " ".join(f"@{one.name}," for one in crowd)
        with django_assert_num_queries(30, exact=False) as asked:
            assert write(body, dave).mentioned.count() == size
        counts.append(len(asked))
    assert counts[0] == counts[1]
