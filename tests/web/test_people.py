"""Following, comments and notices on pages."""

import re

import pytest

from recommendations.actions import assignment, comment, follow
from recommendations.models import Comment, Follow, Notice, Recommendation
from recommendations.rules.access import Visibility
from tests.factories import NOW, TODAY, PersonFactory, RecommendationFactory
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
ITEM = "/recommendations/T-900/"


def say(body, actor, **more):
    return comment.write("T-900", body, actor=actor, now=NOW, **more)


# Following


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward", "administrator"])
def test_everybody_who_signs_in_follows_by_a_button(client, people, item, role):
    client.force_login(people[role])
    assert "Follow this recommendation" in text_of(client.get(ITEM))
    response = client.post(f"{ITEM}follow/")
    assert (response.status_code, response.url) == (302, ITEM)
    page = client.get(ITEM)
    assert "You follow T-900" in text_of(page)
    assert "Stop following" in text_of(page)
    assert faults(page.content.decode()) == []
    assert client.post(f"{ITEM}unfollow/").url == ITEM
    assert not Follow.objects.exists()


def test_following_needs_a_sign_in_and_a_post(client, item, dave):
    for address in (f"{ITEM}follow/", f"{ITEM}unfollow/"):
        assert client.post(address).url.startswith("/account/login/")
    assert "Follow this" not in text_of(client.get(ITEM))
    client.force_login(dave)
    for address in ("follow/", "unfollow/"):
        assert client.get(ITEM + address).status_code == 405
        assert client.post(f"/recommendations/T-999/{address}").status_code == 404
    assert not Follow.objects.exists()


def test_my_page_and_the_list_show_what_i_follow(client, item, dave, bob):
    follow.follow("T-900", actor=dave, now=NOW)
    RecommendationFactory(reference="T-901")
    client.force_login(dave)
    response = client.get("/my/")
    assert ([one.reference for one in response.context["following"]], response.context["followed"]) == (["T-900"], 1)
    assert "What you follow" in text_of(response)
    response = client.get("/recommendations/?follower=me")
    assert [row["reference"] for row in response.context["page"].rows] == ["T-900"]
    assert "Followed by: Me" in text_of(response)
    client.force_login(bob)
    assert "You follow nothing yet." in text_of(client.get("/my/"))
    assert client.get("/recommendations/?follower=me").context["page"].rows == []


# Comments


def test_strangers_see_neither_comments_nor_the_form(client, item, dave):
    say("For us only.", dave)
    page = text_of(client.get(ITEM))
    assert "For us only" not in page
    assert "Comment" not in page
    assert not client.get(ITEM).cookies
    assert "ommented" not in text_of(client.get("/history/")).replace("Commented</option>", "")
    assert "Batch" not in text_of(client.get("/history/"))
    assert client.get(f"{ITEM}comment/").url.startswith("/account/login/")
    assert client.post(f"{ITEM}comment/", {"body": "x"}).url.startswith("/account/login/")


def test_comments_stand_in_the_stream_as_safe_html(client, item, dave, alice):
    made = say("Look, @Alice: <script>alert(1)</script> **bold** [x](javascript:alert(1))", dave)
    client.force_login(alice)
    response = client.get(ITEM)
    page = response.content.decode()
    assert faults(page) == []
    assert f'id="comment-{made.uuid}"' in page
    assert '<span class="mention">@Alice</span>' in page
    assert "&lt;script&gt;" in page
    assert "<strong>bold</strong>" in page
    assert "Told: Alice" in text_of(response)
    assert "Take back" not in text_of(response)
    assert "example.org" not in page


def test_comment_from_the_page_of_the_item(client, item, dave, alice):
    client.force_login(dave)
    response = client.post(f"{ITEM}comment/", {"body": "@Alice, seen?"})
    made = Comment.objects.get()
    assert (response.status_code, response.url) == (302, f"{ITEM}#comment-{made.uuid}")
    assert "Your comment is written; told: Alice." in text_of(client.get(ITEM))
    client.post(f"{ITEM}comment/", {"body": "Nobody."})
    assert "Your comment is written." in text_of(client.get(ITEM))


def test_people_can_be_chosen_from_a_list(client, item, owned, dave, alice, bob):
    PersonFactory(name="Gone", is_active=False)
    client.force_login(dave)
    page = client.get(f"{ITEM}comment/")
    assert faults(page.content.decode()) == []
    assert re.findall(r'<optgroup label="([^"]*)">', page.content.decode()) == ["Ministry", "Without an organization"]
    assert "Gone" not in text_of(page)
    client.post(f"{ITEM}comment/", {"body": "Look.", "people": [str(alice.uuid), str(bob.uuid)]})
    assert sorted(Notice.objects.values_list("person__name", flat=True)) == ["Alice", "Bob"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "a\x07b"}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"body": "x", "people": "nobody"}, "people"),
        ({"body": "x", "people": "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"}, "people"),
    ],
)
def test_comment_says_what_is_wrong(client, item, dave, said, field):
    client.force_login(dave)
    response = client.post(f"{ITEM}comment/", said)
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert not Comment.objects.exists()


def test_take_back(client, item, dave, alice, carol):
    made = say("Wrong.", dave)
    address = f"/comments/{made.uuid}/retract/"
    assert client.post(address).url.startswith("/account/login/")
    client.force_login(alice)
    assert client.post(address).status_code == 403
    client.force_login(carol)
    assert "Take back" in text_of(client.get(ITEM))
    client.force_login(dave)
    assert "Take back" in text_of(client.get(ITEM))
    assert client.get(address).status_code == 405
    assert client.post(address).url == ITEM
    page = text_of(client.get(ITEM))
    assert "Wrong." not in page
    assert "This comment was taken back." in page
    assert client.post(address).status_code == 409


def test_history_of_everything_cuts_comments(client, item, dave):
    say("word " * 1000, dave)
    client.force_login(dave)
    page = text_of(client.get("/history/?recommendation=T-900"))
    assert page.count("word") == 400
    assert "Take back" not in page


def test_page_asks_the_same_number_of_questions_for_any_number_of_comments(
    client, item, dave, alice, bob, django_assert_num_queries
):
    client.force_login(dave)
    asked = []
    for bodies in (["@Alice"], ["@Alice, @Bob", "@Bob"]):
        for body in bodies:
            say(body, dave)
        for address in (ITEM, "/history/"):
            with django_assert_num_queries(40, exact=False) as questions:
                client.get(address)
            asked.append(len(questions))
    assert asked[:2] == asked[2:]


# Notices


def test_notices_are_counted_in_the_head_and_listed(client, item, owned, alice, bob, carol):
    client.force_login(alice)
    assert "new notice" not in text_of(client.get("/"))
    made = say("@Alice!", bob)
    assignment.assign("T-900", "ministry", role="validating", since=TODAY, actor=carol, now=NOW)
    assert "2 new notices" in text_of(client.get("/"))
    response = client.get("/my/")
    page = text_of(response)
    assert faults(response.content.decode()) == []
    assert "Bob mentioned you in a comment" in page
    assert f'href="{ITEM}#comment-{made.uuid}"' in response.content.decode()
    assert "You, or your organization, were made responsible" in page
    first, second = response.context["unseen"]
    assert client.post(f"/notices/{first.uuid}/see/").url == "/my/"
    response = client.get("/my/")
    assert (response.context["unseen"], response.context["seen"]) == ([second], [first])
    assert "1 new notice" in text_of(response)
    assert client.post("/notices/see/").url == "/my/"
    assert "You have seen everything." in text_of(client.get("/my/"))


def test_looking_marks_nothing_and_notices_are_ones_own(client, item, alice, bob, dave):
    say("@Alice!", bob)
    made = Notice.objects.get()
    address = f"/notices/{made.uuid}/see/"
    assert client.post(address).url.startswith("/account/login/")
    client.force_login(dave)
    assert client.post(address).status_code == 404
    client.post("/notices/see/")
    client.force_login(alice)
    assert client.get(address).status_code == client.get("/notices/see/").status_code == 405
    client.get("/my/")
    made.refresh_from_db()
    assert made.seen_at is None


def test_head_and_my_page_ask_the_same_number_of_questions(client, item, alice, bob, django_assert_num_queries):
    client.force_login(alice)
    asked = []
    for count in (1, 2):
        for _each in range(count):
            say("@Alice!", bob)
            follow.follow(RecommendationFactory().reference, actor=alice, now=NOW)
        with django_assert_num_queries(30, exact=False) as questions:
            client.get("/my/")
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_internal_items_stay_hidden_from_strangers(client, dave):
    RecommendationFactory(reference="T-901", visibility=Visibility.INTERNAL)
    comment.write("T-901", "x", actor=dave, now=NOW)
    assert client.get("/recommendations/T-901/").status_code == 404
    assert Recommendation.objects.count() == 1
