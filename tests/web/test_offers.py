"""What a page offers: one act as the button by role and state, and the others in one list."""

import pytest
from django.utils import timezone

from recommendations.actions import followup
from recommendations.models import Assignment, Follow
from tests.factories import NOW, TODAY, RecommendationFactory
from tests.web.markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ADDRESS = "/recommendations/T-900/"


def offered(client, address=ADDRESS):
    said = client.get(address).context["offers"]
    return said.first and said.first.name, [one.name for one in said.others]


@pytest.mark.parametrize(
    ("role", "first", "others"),
    [
        ("reader", "follow", []),
        ("contributor", "report", ["evidence_add", "respond", "milestone_plan"]),
        ("reviewer", "review", ["evidence_add"]),
    ],
)
def test_each_role_has_its_own_act_first(people, owned, sign_in, role, first, others):
    assert offered(sign_in(people[role])) == (first, others)


def test_a_steward_assigns_first_what_nobody_owns(item, carol, sign_in):
    assert offered(sign_in(carol))[0] == "assign"


@pytest.mark.parametrize("role", ["reviewer", "steward"])
def test_whoever_is_responsible_reports_first_even_who_may_review(people, owned, sign_in, role):
    Assignment.objects.update(person=people[role])
    first, others = offered(sign_in(people[role]))
    assert first == "report"
    assert "review" in others


def test_a_steward_reviews_what_is_owned_but_never_their_own_report(item, owned, carol, sign_in):
    client = sign_in(carol)
    first, others = offered(client)
    assert first == "review"
    assert others[:2] == ["report", "evidence_add"]
    assert others[-4:] == ["amend", "split", "merge", "withdraw"]
    statement = followup.Statement(as_of=TODAY)
    followup.assess("T-900", "partly", kind="self", statement=statement, actor=carol, now=NOW, seen=None)
    first, others = offered(client)
    assert first == "report"
    assert "review" not in others


def test_who_follows_already_is_offered_nothing_twice(item, dave, sign_in, words):
    client = sign_in(dave)
    assert f'action="{ADDRESS}follow/"' in words(client.get(ADDRESS))
    Follow.objects.create(person=dave, recommendation=item, since=timezone.now())
    page = words(client.get(ADDRESS))
    assert offered(client) == (None, [])
    assert "You follow this." in page
    assert f'action="{ADDRESS}follow/"' not in page


def test_owners_follow_by_a_quiet_line(item, owned, alice, sign_in, words):
    page = words(sign_in(alice).get(ADDRESS))
    assert page.count(f'action="{ADDRESS}follow/"') == 1
    assert faults(page) == []


def test_visitors_are_led_to_mail_and_to_the_door(client, item, words):
    page = words(client.get(ADDRESS))
    assert f'href="/digests/subscribe/?about=source:{item.source.slug}">Get changes by mail</a>' in page
    assert f'href="/account/login/?next={ADDRESS}">Sign in to follow it</a>' in page


def test_what_is_withdrawn_can_be_restored_or_read(client, carol, dave, sign_in, words):
    RecommendationFactory(reference="T-001", withdrawn_at=NOW)
    there = "/recommendations/T-001/"
    assert offered(sign_in(carol), there) == ("restore", [])
    assert offered(sign_in(dave), there) == (None, [])
    assert "Get changes by mail" not in words(client.get(there))


def test_parts_are_added_to_what_is_split(item, owned, carol, sign_in, words):
    RecommendationFactory(reference="T-901", parent=item)
    item.elements = 1
    item.save(update_fields=["elements"])
    client = sign_in(carol)
    assert offered(client)[0] == "evidence_add"
    assert "Add parts</a>" in words(client.get(ADDRESS))
