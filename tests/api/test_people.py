"""Following, comments, notices and batches by program."""

import pytest

from recommendations.actions import batch, comment, follow
from recommendations.models import Comment, Follow, Notice, Recommendation
from tests.api.conftest import Api, key_of
from tests.factories import NOW, TODAY, OrganizationFactory, PersonFactory, RecommendationFactory

pytestmark = pytest.mark.django_db


def results(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def errors(answer, status):
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status), body
    return [(error["pointer"], error["code"]) for error in body["errors"]]


# Following


def test_follow_and_stop(item, owner, alice):
    address = "recommendations/T-900/follow/"
    assert owner.get(address).json()["is_following"] is False
    for _twice in range(2):
        made = owner.post(address)
        assert (made.status_code, made.json()["is_following"], made.json()["recommendation"]) == (200, True, "T-900")
    assert [row["recommendation"] for row in results(owner.get("follows/"))] == ["T-900"]
    assert [row["reference"] for row in results(owner.get("recommendations/?follower=me"))] == ["T-900"]
    for _twice in range(2):
        assert owner.delete(address).status_code == 204
    assert results(owner.get("follows/")) == results(owner.get("recommendations/?follower=me")) == []


def test_what_others_follow_is_not_told(item, owner, reviewer, visitor, bob):
    follow.follow("T-900", actor=bob, now=NOW)
    assert results(owner.get("follows/")) == results(owner.get("recommendations/?follower=me")) == []
    assert results(visitor.get("recommendations/?follower=me")) == []
    assert errors(owner.get("recommendations/?follower=bob"), 400) == [("/follower", "bad_parameter")]
    assert visitor.get("follows/").status_code == 401


# Comments


def test_comment_and_take_back(item, owner, reviewer, bob, visitor):
    told = PersonFactory(name="Ann Lee")
    said = {"body": "# Look\n\n@ann lee, see <script>x</script> [it](javascript:x)", "people": [str(bob.uuid)]}
    made = owner.post("recommendations/T-900/comments/", said)
    body = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, body["url"])
    assert (body["author"], body["body"], body["mentioned"]) == ("Alice", said["body"], ["Ann Lee", "Bob"])
    assert body["html"].startswith(
        '<p><strong>Look</strong></p>\n<p><span class="mention">@ann lee</span>, see &lt;script'
    )
    assert "@example.org" not in made.content.decode()
    assert Notice.objects.filter(person__in=(told, bob)).count() == 2
    assert [row["id"] for row in results(reviewer.get("recommendations/T-900/comments/"))] == [body["id"]]
    assert errors(reviewer.post(f"comments/{body['id']}/retract/"), 403) == [("", "not_yours")]
    gone = owner.post(f"comments/{body['id']}/retract/").json()
    assert (gone["body"], gone["html"], gone["mentioned"], gone["is_standing"]) == ("", "", [], False)
    assert results(reviewer.get("recommendations/T-900/comments/"))[0]["body"] == ""
    assert errors(owner.post(f"comments/{body['id']}/retract/"), 409) == [("", "already_retracted")]
    for address in ("recommendations/T-900/comments/", f"comments/{body['id']}/"):
        assert visitor.get(address).status_code == 401


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, ("/body", "required")),
        ({"body": ""}, ("/body", "required")),
        ({"body": "x" * 20_001}, ("/body", "too_long")),
        ({"body": "x", "to": "all"}, ("/to", "unknown_field")),
        ({"body": "x", "people": ["0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"]}, ("/people/0", "unknown_name")),
    ],
)
def test_comment_says_what_is_wrong(item, owner, said, error):
    assert errors(owner.post("recommendations/T-900/comments/", said), 400) == [error]
    assert not Comment.objects.exists()


def test_strangers_do_not_even_count_comments(item, owner, visitor, alice):
    before = visitor.get("recommendations/T-900/")
    comment.write("T-900", "x", actor=alice, now=NOW)
    after = visitor.get("recommendations/T-900/")
    assert (after.headers["ETag"], after.json()) == (before.headers["ETag"], before.json())
    assert owner.get("recommendations/T-900/").json()["counts"]["events"] == 1
    assert (
        results(visitor.get("recommendations/T-900/history/")) == results(visitor.get("events/?verb=commented")) == []
    )


# Notices


def test_notices_are_ones_own(item, alice, owner, reviewer, bob):
    comment.write("T-900", "@Alice", actor=bob, now=NOW)
    comment.write("T-900", "@Alice!", actor=bob, now=NOW)
    newest, oldest = results(owner.get("notices/"))
    assert (newest["kind"], newest["recommendation"], newest["seen_at"]) == ("mentioned", "T-900", None)
    assert results(reviewer.get("notices/")) == []
    assert reviewer.post(f"notices/{newest['id']}/see/").status_code == 404
    seen = owner.post(f"notices/{newest['id']}/see/").json()
    assert seen["seen_at"] is not None
    assert owner.post(f"notices/{newest['id']}/see/").json() == seen == owner.get(f"notices/{newest['id']}/").json()
    assert [row["id"] for row in results(owner.get("notices/?unseen=true"))] == [oldest["id"]]
    assert [row["id"] for row in results(owner.get("notices/?unseen=false"))] == [newest["id"]]
    assert errors(owner.get("notices/?unseen=maybe"), 400) == [("/unseen", "bad_parameter")]


# Batches


def test_batch_and_undo(item, steward, reader, visitor, owner):
    RecommendationFactory(reference="T-901", priority="high")
    said = {"verb": "amend", "references": ["T-900", "T-901", "T-999"], "said": {"priority": "high", "target_on": None}}
    made = steward.post("batches/", said)
    body = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, body["url"])
    assert (body["verb"], body["actor"], body["done"], body["said"]) == ("amend", "Carol", ["T-900"], said["said"])
    assert [(row["reference"], row["code"]) for row in body["refused"]] == [
        ("T-901", "unchanged"),
        ("T-999", "not_found"),
    ]
    assert body["counts"] == {"done": 1, "refused": 2, "not_undone": 0}
    assert [row["id"] for row in results(reader.get("batches/"))] == [body["id"]]
    assert (body["can_undo"], reader.get(f"batches/{body['id']}/").json()["can_undo"]) == (True, False)
    assert errors(owner.post(f"batches/{body['id']}/undo/"), 403) == [("", "not_yours")]
    undone = steward.post(f"batches/{body['id']}/undo/").json()
    assert (undone["undone_by"], undone["not_undone"], undone["can_undo"]) == ("Carol", [], False)
    assert errors(steward.post(f"batches/{body['id']}/undo/"), 409) == [("", "already_undone")]
    for address in ("batches/", f"batches/{body['id']}/"):
        assert visitor.get(address).status_code == 401


def test_batch_of_reports_with_a_link(item, owned, owner):
    link = {"title": "Decree 7", "link": "https://example.org/7", "dated_on": "2026-03-01", "kind": "primary"}
    said = {"kind": "self", "value": "mostly", "as_of": str(TODAY), "narrative": "Seen.", "link": link}
    made = owner.post("batches/", {"verb": "assess", "references": ["T-900"], "said": said})
    assert made.status_code == 201, made.content
    assert owner.get("recommendations/T-900/evidence/").json()["results"][0]["link"] == link["link"]
    bad = {**said, "link": {**link, "link": "javascript:x"}}
    answer = owner.post("batches/", {"verb": "assess", "references": ["T-900"], "said": bad})
    assert errors(answer, 400) == [("/said/link/link", "link_scheme")]


def test_batch_of_assignments(item, steward):
    body = OrganizationFactory(slug="other")
    person = PersonFactory(role="contributor", organization=body)
    said = {"organization": "other", "role": "lead", "since": str(TODAY), "person": str(person.uuid)}
    made = steward.post("batches/", {"verb": "assign", "references": ["T-900"], "said": said}).json()
    assert (made["done"], made["said"]) == (["T-900"], said)


def test_what_others_began_to_follow_is_no_batch_of_theirs(item, owner, steward):
    made = owner.post("batches/", {"verb": "follow", "references": ["T-900"]}).json()
    assert made["done"] == ["T-900"]
    assert results(steward.get("batches/")) == []
    assert steward.get(f"batches/{made['id']}/").status_code == 404
    assert steward.post(f"batches/{made['id']}/undo/").status_code == 404
    assert owner.post(f"batches/{made['id']}/undo/").status_code == 200
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"references": ["T-900"]}, 400, ("/verb", "required")),
        ({"verb": "erase", "references": ["T-900"]}, 400, ("/verb", "not_a_choice")),
        ({"verb": "follow", "references": []}, 400, ("/references", "required")),
        ({"verb": "follow", "references": ["t-900"]}, 400, ("/references/0", "bad_reference")),
        ({"verb": "follow", "references": ["T-1"] * 1001}, 400, ("/references", "too_many")),
        ({"verb": "follow", "references": ["T-999"]}, 409, ("/references", "not_found")),
        ({"verb": "follow", "references": ["T-900"], "said": []}, 400, ("/said", "bad_value")),
        ({"verb": "follow", "references": ["T-900"], "said": {"x": 1}}, 400, ("/said/x", "unknown_field")),
        (
            {"verb": "follow", "references": ["T-900"], "said": {"priority": "high"}},
            400,
            ("/said/priority", "unknown_field"),
        ),
        ({"verb": "amend", "references": ["T-900"]}, 400, ("", "nothing_said")),
        (
            {"verb": "amend", "references": ["T-900"], "said": {"themes": ["none"]}},
            400,
            ("/said/themes", "unknown_name"),
        ),
        ({"verb": "amend", "references": ["T-900"], "said": {"priority": "normal"}}, 409, ("", "unchanged")),
    ],
)
def test_batch_says_what_is_wrong(item, steward, said, status, error):
    assert errors(steward.post("batches/", said), status) == [error]
    item.refresh_from_db()
    assert item.version == 1


def test_lists_ask_the_same_number_of_questions_for_one_and_three(item, carol, alice, django_assert_num_queries):
    api, counts = Api(key_of(carol)), {}
    addresses = ("recommendations/T-900/comments/", "follows/", "notices/", "batches/")
    api.get("people/me/")  # the first use of a token is written down
    for size in (1, 3):
        while Comment.objects.count() < size:
            reference = RecommendationFactory().reference
            comment.write("T-900", "@Carol @Alice", actor=alice, now=NOW)
            batch.run("follow", [reference], {}, actor=carol, now=NOW)
        for address in addresses:
            with django_assert_num_queries(20, exact=False) as asked:
                assert len(results(api.get(address))) == size
            counts.setdefault(address, []).append(len(asked))
    assert {address for address, (one, three) in counts.items() if one != three} == set()
    assert Recommendation.objects.count() == 4
