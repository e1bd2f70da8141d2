"""My work: the oldest promise first, what is missing for the next step, what waits for review."""

import datetime as dt

import pytest
import time_machine

from recommendations.models import Assessment, Milestone, Notice, Recommendation, Subscription
from tests.factories import NOW, TODAY, AssignmentFactory, EvidenceFactory, RecommendationFactory, ReplyFactory
from tests.web.test_followup import report, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(NOW, tick=False):
        yield


def owned_item(reference, ministry, days=None):
    target = TODAY + dt.timedelta(days=days) if days is not None else None
    made = RecommendationFactory(reference=reference, target_on=target)
    AssignmentFactory(recommendation=made, organization=ministry)
    return made


def groups(response):
    return {group.code: [debt.item.reference for debt in group.debts] for group in response.context["groups"]}


def test_my_asks_to_sign_in(client):
    response = client.get("/my/")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/my/")


def test_my_is_open_to_every_role(client, people):
    for someone in filter(None, people.values()):
        client.force_login(someone)
        response = client.get("/my/")
        assert response.status_code == 200
        assert "Nothing is assigned to you" in text_of(response)
    assert client.post("/my/").status_code == 405


def test_my_shows_the_oldest_promise_first(client, ministry, alice):
    for reference, days in (("M-1", None), ("M-2", -5), ("M-3", -50), ("M-4", 30), ("M-5", 3), ("M-6", 31)):
        owned_item(reference, ministry, days)
    report(owned_item("M-7", ministry), alice, as_of=TODAY - dt.timedelta(days=180))
    report(owned_item("M-8", ministry), alice, as_of=TODAY - dt.timedelta(days=400))
    report(owned_item("M-9", ministry, 200), alice)
    done = owned_item("M-10", ministry, -9)
    piece = EvidenceFactory(recommendation=done)
    report(done, alice, "implemented", evidence=(piece.uuid,))
    RecommendationFactory(reference="M-11")  # nobody's
    client.force_login(alice)
    assert groups(client.get("/my/")) == {
        "overdue": ["M-3", "M-2"],
        "due_soon": ["M-5", "M-4"],
        "stale": ["M-8", "M-7"],
        "never": ["M-6", "M-1"],
        "in_hand": ["M-9"],
    }


def test_my_says_what_is_missing_for_the_next_step(client, ministry, alice, bob):
    client.force_login(alice)
    item = owned_item("M-1", ministry)
    assert "Owed: a first report." in text_of(client.get("/my/"))
    report(item, alice, "no_action")
    assert "Next: “In preparation”. Needs nothing more." in text_of(client.get("/my/"))
    report(
        item, alice, "mostly", next_step="Open the third call.", evidence=(EvidenceFactory(recommendation=item).uuid,)
    )
    text = text_of(client.get("/my/"))
    assert (
        "Next: “Implemented”. A report of “Implemented” needs a piece of evidence dated after June 2019: 1 of 1."
        in text
    )
    assert "You planned: Open the third call." in text
    report(item, bob, "no_action", kind="review")
    assert "The reviewer found “No action found”, the owners report “Mostly implemented”." in text_of(
        client.get("/my/")
    )


def test_my_says_what_else_is_missing(client, ministry, alice):
    client.force_login(alice)
    item = owned_item("M-1", ministry)
    for title, days in (("First call", -3), ("Second call", 3)):
        Milestone.objects.create(recommendation=item, title=title, due_on=TODAY + dt.timedelta(days=days))
    piece = EvidenceFactory(recommendation=item, title="Decree", outcome="gone")
    report(item, alice, "mostly", evidence=(piece.uuid,), next_review_on=TODAY + dt.timedelta(days=1))
    text = text_of(client.get("/my/"))
    assert "The milestone “First call” was due on 21 November 2026." in text
    assert "Second call" not in text
    assert "to be looked at again" not in text
    Assessment.objects.update(next_review_on=TODAY - dt.timedelta(days=1))
    assert "It was to be looked at again on 23 November 2026; nobody has reported since." in text_of(client.get("/my/"))


def test_my_counts_what_is_there_and_leads_to_it_as_a_list(client, ministry, alice):
    client.force_login(alice)
    assert "Yours as CSV" not in text_of(client.get("/my/"))
    owned_item("M-1", ministry, -1)
    page = client.get("/my/").content.decode()
    assert '<a href="#debts-overdue"><strong>1</strong> Overdue</a>' in page
    assert 'href="/api/v1/exports/recommendations.csv?owner=me&amp;ordering=due_on"' in page
    assert "You follow nothing yet." in page


def test_my_shows_reviewers_what_they_announced_to_look_at_again(client, ministry, alice, bob, dave):
    first, second, later = (owned_item(f"M-{number}", ministry) for number in (1, 2, 3))
    for item, days in ((first, 0), (second, -9), (later, 1)):
        report(item, bob, kind="review")
        Assessment.objects.filter(recommendation=item).update(next_review_on=TODAY + dt.timedelta(days=days))
    client.force_login(bob)
    response = client.get("/my/")
    assert [item.reference for item in response.context["again"]] == ["M-2", "M-1"]
    assert "you announced to look again on 15 November 2026" in text_of(response)
    client.force_login(alice)
    assert "To look at again" not in text_of(client.get("/my/"))


def test_my_shows_reviewers_what_waits(client, ministry, alice, bob, dave):
    first, second, own = (owned_item(f"M-{number}", ministry) for number in (1, 2, 3))
    for hours, item in ((2, second), (1, first)):
        report(item, alice, now=NOW - dt.timedelta(hours=hours))
    Recommendation.objects.filter(pk=own.pk).update(withdrawn_at=NOW)
    client.force_login(bob)
    assert [item.reference for item in client.get("/my/").context["to_review"]] == ["M-2", "M-1"]
    report(first, bob, kind="review")
    assert [item.reference for item in client.get("/my/").context["to_review"]] == ["M-2"]
    client.force_login(dave)
    assert "Reports that nobody has reviewed" not in text_of(client.get("/my/"))


def test_my_does_not_offer_ones_own_report_for_review(client, item, carol):
    report(item, carol)
    client.force_login(carol)
    response = client.get("/my/")
    assert response.context["to_review"] == []
    assert "Every report by others has been reviewed." in text_of(response)


def test_my_asks_the_same_number_of_questions_for_one_and_three(
    client, ministry, alice, carol, django_assert_num_queries
):
    carol.organization = ministry
    carol.save()
    client.force_login(carol)
    asked = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            item = owned_item(f"M-{number}", ministry, number)
            EvidenceFactory(recommendation=item)
            report(item, alice)
        with django_assert_num_queries(20, exact=False) as questions:
            client.get("/my/")
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 15


def test_my_says_when_there_are_too_many_to_show(client, ministry, alice, monkeypatch):
    monkeypatch.setattr("recommendations.web.my.LONGEST", 2)
    for number in (1, 2, 3):
        owned_item(f"M-{number}", ministry)
    client.force_login(alice)
    assert "More than these are yours" in text_of(client.get("/my/"))


def test_notices_of_a_digest_and_of_what_is_not_theirs(client, alice, item, owned, carol):
    digest = Subscription.objects.create(person=alice, scope="owned", created_at=NOW)
    Notice.objects.create(person=alice, kind="digest", subscription=digest, made_at=NOW)
    reply = ReplyFactory(delivery__subscription=digest, recommendation=item)
    Notice.objects.create(person=carol, kind="disowned", recommendation=item, reply=reply, made_at=NOW)
    client.force_login(alice)
    page = client.get("/my/").content.decode()
    assert "so you get a digest of what you owe from now on" in page
    assert "It comes by mail every week" in page
    Subscription.objects.update(ended_at=NOW)
    assert "It has ended meanwhile." in client.get("/my/").content.decode()
    client.force_login(carol)
    page = client.get("/my/").content.decode()
    assert "Alice answered a digest that it is not theirs" in page
    assert "were made responsible" not in page
