"""Assign and release."""

import datetime as dt
import uuid

import pytest

from recommendations.actions import assignment
from recommendations.models import Assignment, Event, Notice
from recommendations.rules.errors import Forbidden, Invalid, Missing, Stale, Unlawful
from tests.factories import NOW, TODAY, OrganizationFactory

pytestmark = pytest.mark.django_db


def assign(actor, organization="ministry", role="lead", **more):
    return assignment.assign("T-900", organization, role=role, since=TODAY, actor=actor, now=NOW, **more)


def test_assign_an_organization_and_a_person_of_it(item, alice, carol):
    made = assign(carol, person=alice.uuid, seen=1)
    assert (made.organization.slug, made.person, str(made)) == ("ministry", alice, "Ministry (lead)")
    event = Event.objects.exclude(subject="subscription").get()
    assert (event.verb, event.after["person"]) == ("assigned", str(alice.uuid))


def test_assign_an_organization_alone(item, ministry, carol):
    assert assign(carol).person is None
    assert "person" not in Event.objects.get().after


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_assign_is_for_stewards(item, people, role):
    with pytest.raises(Forbidden):
        assign(people[role])


def test_assign_refusals(item, alice, bob, carol):
    for more, field in (
        ({"organization": "x"}, "organization"),
        ({"role": "boss"}, "role"),
        ({"person": uuid.uuid4()}, "person"),
        ({"person": bob.uuid}, "person"),
    ):
        with pytest.raises(Invalid) as refused:
            assign(carol, **more)
        assert [p.field for p in refused.value.problems] == [field]
    with pytest.raises(Stale):
        assign(carol, seen=3)
    assert not Assignment.objects.exists()


def test_assign_one_lead_and_no_role_twice(item, owned, carol):
    with pytest.raises(Unlawful) as twice:
        assign(carol)
    OrganizationFactory(slug="agency")
    with pytest.raises(Unlawful) as second:
        assign(carol, "agency")
    assert (twice.value.codes, second.value.codes) == (["already_assigned"], ["has_lead"])
    assert assign(carol, "agency", "supporting").role == "supporting"
    assert assign(carol, role="validating").role == "validating"


def amend(made, actor, *, since=TODAY, person=None, seen=1):
    return assignment.amend(made.uuid, since=since, person=person, actor=actor, now=NOW, seen=seen)


def test_amend_names_the_person_and_tells_them(item, owned, alice, carol):
    owned.person = None
    owned.save()
    made = amend(owned, carol, since=owned.since, person=alice.uuid)
    assert (made.person, made.version) == (alice, 2)
    assert [(n.person, n.kind) for n in Notice.objects.order_by("id")] == [(alice, "assigned"), (alice, "digest")]
    event = Event.objects.exclude(subject="subscription").get()
    assert (event.verb, event.before, event.after["person"]) == (
        "assignment_amended", {"person": None}, str(alice.uuid),
    )  # fmt: skip
    assert amend(made, carol, since=owned.since, person=alice.uuid, seen=2).version == 2  # nothing changed: no event
    earlier = amend(made, carol, since=owned.since - dt.timedelta(days=1), person=None, seen=2)
    assert (earlier.person, earlier.version, Notice.objects.count()) == (None, 3, 2)
    item.refresh_from_db()
    assert item.version == 3


def test_amend_refusals(item, owned, bob, carol):
    with pytest.raises(Forbidden):
        amend(owned, bob)
    with pytest.raises(Stale):
        amend(owned, carol, seen=7)
    with pytest.raises(Invalid):
        amend(owned, carol, person=bob.uuid)
    with pytest.raises(Missing):
        assignment.amend(uuid.uuid4(), since=TODAY, person=None, actor=carol, now=NOW)
    assignment.release(owned.uuid, TODAY, actor=carol, now=NOW)
    with pytest.raises(Unlawful):
        amend(owned, carol, seen=2)


def test_release_keeps_the_former_owner(item, owned, carol):
    made = assignment.release(owned.uuid, TODAY, actor=carol, now=NOW)
    assert (made.until, made.version) == (TODAY, 2)
    assert Event.objects.get().verb == "released"
    with pytest.raises(Unlawful):
        assignment.release(owned.uuid, TODAY, actor=carol, now=NOW)
    assert assign(carol).pk != owned.pk


def test_release_refusals(item, owned, bob, carol):
    with pytest.raises(Missing):
        assignment.release(uuid.uuid4(), TODAY, actor=carol, now=NOW)
    with pytest.raises(Forbidden):
        assignment.release(owned.uuid, TODAY, actor=bob, now=NOW)
    with pytest.raises(Invalid):
        assignment.release(owned.uuid, owned.since - dt.timedelta(days=1), actor=carol, now=NOW)
    owned.refresh_from_db()
    assert owned.until is None
