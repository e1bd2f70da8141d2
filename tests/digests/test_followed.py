"""Digests about what one follows, and what they say of comments."""

import pytest

from recommendations.actions import comment, follow, subscription
from recommendations.digests.compose import compose
from recommendations.models import Subscription
from tests.digests.test_compose import DAY, NOW, assess, content, reader, told, words
from tests.factories import RecommendationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(carol):
    made = [RecommendationFactory(reference=f"F-{n}") for n in (1, 2)]
    for one in made:
        assess(one, carol, "partly")
    return made


def test_a_digest_is_about_what_one_follows(two, dave, bob):
    follow.follow("F-1", actor=dave, now=NOW - 9 * DAY)
    follow.follow("F-2", actor=bob, now=NOW - 9 * DAY)
    assert told(content(dave, "followed").changed) == ["F-1"]
    found = compose([reader(one, "followed") for one in (dave, bob)])
    assert [told(one.changed) for one in found] == [["F-1"], ["F-2"]]
    follow.unfollow("F-1", actor=dave, now=NOW)
    assert content(dave, "followed").is_empty


def test_following_itself_is_told_to_nobody(two, dave, bob):
    follow.follow("F-1", actor=dave, now=NOW - DAY)
    assert {row["verb"] for row in content(bob).changed.rows} == {"assessed"}


def test_comments_are_told_without_their_text(two, dave, bob):
    comment.write("F-1", "For the page only.", actor=bob, now=NOW - DAY)
    said = words(dave)
    assert "Bob commented." in said.text
    assert "For the page only" not in said.text + said.html


def test_one_can_subscribe_to_it(dave, client):
    made = subscription.subscribe(subscription.Wish(scope="followed"), actor=dave, now=NOW)
    assert Subscription.objects.get() == made
    client.force_login(dave)
    page = client.get("/digests/").content.decode()
    assert '<option value="followed">What I follow</option>' in page
    client.post("/digests/", {"about": "followed", "cadence": "daily", "weekday": "0", "hour": "8", "language": "en"})
    assert Subscription.objects.filter(scope="followed", cadence="daily").exists()
