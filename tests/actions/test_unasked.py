"""Digests that nobody asked for: whom they are begun for, that it happens once, in how many statements."""

import threading

import pytest
from django.db import connection

from recommendations.actions import assignment, batch, comment, person, subscription, unasked
from recommendations.actions.moment import act
from recommendations.actions.subscription import Wish
from recommendations.models import Event, Notice, Subscription
from recommendations.rules.access import Role
from tests.factories import NOW, TODAY, OrganizationFactory, PersonFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


def assign(item, carol, role="lead", **more):
    return assignment.assign(item.reference, "ministry", role=role, since=TODAY, actor=carol, now=NOW, **more)


def begun(who):
    return sorted(Subscription.objects.filter(person=who).values_list("scope", "cadence", "language", "created_at"))


WEEKLY, HOURLY = ("owned", "weekly", "ru", NOW), ("notices", "hourly", "ru", NOW)


@pytest.fixture
def owner(ministry):
    return PersonFactory(name="Owner", role=Role.CONTRIBUTOR, organization=ministry, language="ru")


def test_who_becomes_responsible_gets_a_weekly_digest_and_is_told_so_once(item, owner, carol):
    assign(item, carol)
    assert begun(owner) == [HOURLY, WEEKLY]
    told = Notice.objects.get(person=owner, kind="digest")
    assert (told.subscription.scope, told.made_at, told.seen_at) == ("owned", NOW, None)
    assert Notice.objects.filter(person=owner).count() == 2  # and that the item is theirs
    events = Event.objects.filter(verb="subscribed").order_by("id")
    assert [(e.subject, e.actor_key, e.after["scope"]) for e in events] == [
        ("subscription", "system", "notices"),
        ("subscription", "system", "owned"),
    ]
    again = RecommendationFactory(reference="T-901")
    assign(again, carol)
    assert begun(owner) == [HOURLY, WEEKLY]
    assert Notice.objects.filter(person=owner, kind="digest").count() == 1


def test_the_person_named_gets_it_alone_whatever_the_role(item, owner, alice, carol):
    assign(item, carol, role="supporting", person=owner.uuid)
    assert begun(owner) == [HOURLY, WEEKLY]
    assert begun(alice) == []


def test_who_supports_without_being_named_is_told_and_gets_no_digest(item, owner, carol):
    assign(item, carol, role="supporting")
    assert begun(owner) == [HOURLY]


def test_readers_of_the_organization_get_none(item, ministry, carol):
    reader = PersonFactory(role=Role.READER, organization=ministry)
    assign(item, carol)
    assert begun(reader) == []


@pytest.mark.parametrize("scope", ["owned", "everything", "organization"])
@pytest.mark.parametrize("ended", [False, True])
def test_not_beside_a_digest_that_covers_it_nor_after_one_was_ended(item, owner, carol, scope, ended):
    wish = Wish(scope=scope, subject="ministry" if scope == "organization" else "")
    mine = subscription.subscribe(wish, actor=owner, now=NOW)
    if ended:
        subscription.unsubscribe(mine.uuid, now=NOW)
    assign(item, carol)
    assert [scope for scope, *_rest in begun(owner)] == sorted(["notices", scope])


def test_a_digest_of_something_else_covers_nothing(item, owner, carol):
    OrganizationFactory(slug="other")
    for wish in (Wish(scope="followed"), Wish(scope="organization", subject="other")):
        subscription.subscribe(wish, actor=owner, now=NOW)
    assign(item, carol)
    assert WEEKLY in begun(owner)


def test_never_again_after_it_was_ended_or_changed_into_another(item, owner, carol):
    made = assign(item, carol)
    for change in ("amend", "end"):
        mine = Subscription.objects.get(person=owner, cadence="weekly")
        if change == "amend":
            subscription.amend(mine.uuid, Wish(scope="followed"), actor=owner, now=NOW)
        else:
            subscription.unsubscribe(mine.uuid, now=NOW)
        assignment.release(made.uuid, TODAY, actor=carol, now=NOW)
        made = assign(item, carol)
        assert len(begun(owner)) == 2
    Notice.objects.update(seen_at=NOW)
    subscription.unsubscribe(Subscription.objects.get(person=owner, scope="notices").uuid, now=NOW)
    assignment.release(made.uuid, TODAY, actor=carol, now=NOW)
    assign(item, carol)
    assert len(begun(owner)) == 2


def test_a_person_named_later_gets_it(item, owner, carol):
    made = assign(item, carol, role="supporting")
    assignment.amend(made.uuid, since=TODAY, person=owner.uuid, actor=carol, now=NOW)
    assert begun(owner) == [HOURLY, WEEKLY]


def test_who_comes_to_an_organization_that_leads_gets_it(owned, erin):
    new = person.invite(
        "new@example.org", None, person.Profile("New"), person.Place("contributor", "ministry"), actor=erin, now=NOW
    )
    assert [scope for scope, *_rest in begun(new)] == ["notices", "owned"]
    moved = PersonFactory(name="Moved")
    person.place(moved.uuid, person.Place("contributor", "ministry"), actor=erin, now=NOW)
    assert [scope for scope, *_rest in begun(moved)] == ["notices", "owned"]


@pytest.mark.parametrize(
    ("role", "organization", "is_active"),
    [("reader", "ministry", True), ("contributor", "", True), ("contributor", "idle", True), ("contributor", "ministry", False)],
)  # fmt: skip
def test_who_owes_nothing_there_does_not(owned, erin, role, organization, is_active):
    OrganizationFactory(slug="idle")
    moved = PersonFactory(name="Moved", role="reviewer")
    person.place(moved.uuid, person.Place(role, organization, is_active), actor=erin, now=NOW)
    assert begun(moved) == []


def test_who_is_mentioned_gets_mail_whatever_the_role(item, dave, carol):
    comment.write(item.reference, "Look", people=[dave.uuid], actor=carol, now=NOW)
    assert [scope for scope, *_rest in begun(dave)] == ["notices"]


def test_a_batch_makes_one_for_each_person_in_constant_statements(ministry, carol, django_assert_num_queries):
    counts = []
    for size in (1, 3):
        people = [PersonFactory(role=Role.CONTRIBUTOR, organization=ministry) for _ in range(size)]
        items = [RecommendationFactory() for _ in range(2)]
        said = {"organization": "ministry", "role": "lead", "since": TODAY}
        with django_assert_num_queries(60, exact=False) as asked:
            batch.run("assign", [one.reference for one in items], said, actor=carol, now=NOW)
        counts.append(len(asked))
        assert all(len(begun(one)) == 2 for one in people)
        for one in people:
            assert sorted(one.notices.values_list("kind", "count")) == [("batch", 2), ("digest", 1)]
    assert counts[0] == counts[1]


def test_a_batch_of_something_else_makes_nobody_responsible(owned, alice, carol):
    batch.run("amend", ["T-900"], {"priority": "high"}, actor=carol, now=NOW)
    assert [scope for scope, *_rest in begun(alice)] == ["notices"]


def test_statements(owned, django_assert_num_queries):
    with act(NOW):
        for size in (1, 3):
            people = [PersonFactory().pk for _ in range(size)]
            with django_assert_num_queries(6):
                unasked.arrange(people, people, now=NOW)
            with django_assert_num_queries(1):
                unasked.arrange(people, people, now=NOW)
        with django_assert_num_queries(0):
            unasked.arrange((), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_acts_at_once_begin_one_digest(transactional_db):
    people = [PersonFactory().pk for _ in range(6)]

    def begin(some):
        with act(NOW):
            unasked.arrange(some, some, now=NOW)
        connection.close()

    both = [threading.Thread(target=begin, args=[some]) for some in (people, people[::-1], people[2:])]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Subscription.objects.count() == 12
    assert Notice.objects.count() == 6
