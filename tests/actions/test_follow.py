"""Follow and stop following: one's own affair."""

import pytest

from recommendations.actions import follow, recommendation
from recommendations.models import Event, Follow, Recommendation
from recommendations.models.event import Verb
from recommendations.rules import selection
from recommendations.rules.access import Visibility
from recommendations.rules.errors import Missing
from tests.factories import NOW, TODAY, PersonFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward", "administrator"])
def test_everybody_who_signs_in_follows_once(people, item, role):
    someone = people[role]
    made = follow.follow("T-900", actor=someone, now=NOW)
    assert follow.follow("T-900", actor=someone, now=NOW) == made == Follow.objects.get()
    event = Event.objects.get()
    assert (event.verb, event.subject, event.subject_key) == (Verb.FOLLOWED, "person", str(someone.uuid))
    assert (event.recommendation, event.after) == (None, {"recommendation": "T-900"})
    item.refresh_from_db()
    assert item.version == 1


def test_unfollow_is_one_event_too(dave, bob, item):
    follow.follow("T-900", actor=dave, now=NOW)
    follow.follow("T-900", actor=bob, now=NOW)
    follow.unfollow("T-900", actor=dave, now=NOW)
    follow.unfollow("T-900", actor=dave, now=NOW)
    assert Follow.objects.get().person == bob
    assert [e.verb for e in Event.objects.filter(actor=dave).order_by("sequence")] == [Verb.FOLLOWED, Verb.UNFOLLOWED]
    item.refresh_from_db()
    assert item.version == 1


def test_nobody_but_administrators_learns_of_it(people, dave, item):
    follow.follow("T-900", actor=dave, now=NOW)
    told = {role for role, person in people.items() if Event.objects.visible_to(person).exists()}
    assert told == {"administrator"}


def test_who_may_not_sign_in_does_not_follow(dave, item):
    hidden = RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    dave.is_active = False
    for verb in (follow.follow, follow.unfollow):
        with pytest.raises(Missing):
            verb(hidden.reference, actor=dave, now=NOW)
        with pytest.raises(Missing):
            verb("T-999", actor=dave, now=NOW)
        with pytest.raises(Exception, match="Sign in"):
            verb("T-900", actor=dave, now=NOW)
    assert not Event.objects.exists()


def test_withdrawn_items_can_be_followed(dave, item):
    Recommendation.objects.update(withdrawn_at=NOW)
    assert follow.follow("T-900", actor=dave, now=NOW)


def test_filter_asks_for_what_one_follows(dave, item, bob):
    RecommendationFactory()
    follow.follow("T-900", actor=dave, now=NOW)
    wanted = selection.parse({"follower": ["me"]})
    assert wanted.follower_me

    def found(person):
        chosen = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=TODAY)
        return [one.reference for one in chosen]

    assert (found(dave), found(bob), found(None)) == (["T-900"], [], [])
    assert follow.follow("T-900", actor=PersonFactory(), now=NOW)
    recommendation.amend("T-900", {"visibility": "internal"}, actor=PersonFactory(role="steward"), now=NOW, seen=None)
    assert found(dave) == ["T-900"]
