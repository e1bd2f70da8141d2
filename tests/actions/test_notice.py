"""Notices: who is told of what, and that looking at one is one's own."""

import datetime as dt
import uuid

import pytest

from recommendations.actions import assignment, notice
from recommendations.models import Event, Notice
from recommendations.models.person import REGISTER
from recommendations.rules.errors import Missing
from tests.factories import NOW, TODAY, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def assign(actor, **more):
    return assignment.assign("T-900", "ministry", role="lead", since=TODAY, actor=actor, now=NOW, **more)


def told():
    return sorted(Notice.objects.exclude(kind="digest").values_list("person__name", flat=True))


@pytest.fixture
def colleagues(ministry, alice):
    PersonFactory(name="Ada", role="steward", organization=ministry)
    PersonFactory(name="Rea", role="reader", organization=ministry)
    PersonFactory(name="Gone", role="contributor", organization=ministry, is_active=False)
    PersonFactory(name="Other", role="contributor", organization=OrganizationFactory())


def test_everybody_who_reports_is_told_of_an_assignment(item, carol, colleagues):
    assign(carol)
    assert told() == ["Ada", "Alice"]
    one = Notice.objects.filter(kind="assigned").first()
    assert (one.kind, one.recommendation, one.count, one.made_at, one.seen_at) == ("assigned", item, 1, NOW, None)


def test_the_person_named_is_told_alone(item, carol, alice, colleagues):
    assign(carol, person=alice.uuid)
    assert told() == ["Alice"]


def test_who_assigns_is_not_told(item, colleagues, ministry):
    assign(PersonFactory(name="Selma", role="steward", organization=ministry))
    assert told() == ["Ada", "Alice"]


def test_the_register_assigns_too(item, colleagues):
    assign(REGISTER)
    assert told() == ["Ada", "Alice"]


def test_assign_asks_the_same_number_of_questions_for_any_number_of_people(
    item, carol, ministry, alice, django_assert_num_queries
):
    counts = []
    for size in (0, 3):
        PersonFactory.create_batch(size, role="contributor", organization=ministry)
        with django_assert_num_queries(40, exact=False) as asked:
            made = assign(carol)
        counts.append(len(asked))
        assignment.release(made.uuid, TODAY, actor=carol, now=NOW)
    assert counts[0] == counts[1]


def test_see_ones_own(dave, bob):
    item_events = Event.objects.count()
    made = Notice.objects.create(person=dave, kind="mentioned", recommendation=_item(), made_at=NOW)
    later = NOW + dt.timedelta(hours=1)
    assert notice.see(made.uuid, actor=dave, now=later).seen_at == later
    assert notice.see(made.uuid, actor=dave, now=later + dt.timedelta(hours=1)).seen_at == later
    for actor, key in ((bob, made.uuid), (dave, uuid.uuid4())):
        with pytest.raises(Missing):
            notice.see(key, actor=actor, now=NOW)
    assert Event.objects.count() == item_events


def test_see_all_that_were_made_until_now(dave, bob):
    item, later = _item(), NOW + dt.timedelta(hours=1)
    for person, at in ((dave, NOW), (dave, NOW), (bob, NOW), (dave, later)):
        Notice.objects.create(person=person, kind="mentioned", recommendation=item, made_at=at)
    assert notice.see_all(actor=dave, now=NOW) == 2
    assert notice.see_all(actor=dave, now=NOW) == 0
    assert Notice.objects.unseen().count() == 2


def _item():
    from tests.factories import RecommendationFactory

    return RecommendationFactory()
