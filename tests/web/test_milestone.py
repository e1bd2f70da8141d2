"""Milestones on pages."""

import datetime as dt

import pytest

from recommendations.actions import milestone
from recommendations.actions.milestone import Plan
from recommendations.models import Event, Milestone, Recommendation
from tests.factories import NOW, TODAY
from tests.web.test_followup import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_day")]
ITEM = "/recommendations/T-900/"
ADDRESS = f"{ITEM}milestones/add/"
MISSING = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"


@pytest.fixture
def made(owned, alice):
    return milestone.plan("T-900", Plan("A draft", TODAY - dt.timedelta(days=3)), actor=alice, now=NOW)


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 302), ("reader", 403), ("contributor", 200), ("reviewer", 403), ("steward", 200), ("administrator", 200)],
)  # fmt: skip
def test_pages_open_for_owners_and_stewards(client, people, made, role, status):
    if people[role]:
        client.force_login(people[role])
    for act in ("amend", "finish", "cancel"):
        assert client.get(f"/milestones/{made.uuid}/{act}/").status_code == status
    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS, {"title": "B"}).status_code == (302 if status == 200 else status)
    assert Milestone.objects.count() == 1 + (status == 200)


def test_each_state_is_said_in_words(client, made, alice):
    for title, due in (("Later", TODAY + dt.timedelta(days=3)), ("Undated", None)):
        milestone.plan("T-900", Plan(title, due), actor=alice, now=NOW)
    for title, due in (("In time", TODAY), ("Too late", TODAY - dt.timedelta(days=9))):
        one = milestone.plan("T-900", Plan(title, due), actor=alice, now=NOW)
        milestone.finish(one.uuid, TODAY - dt.timedelta(days=1), actor=alice, now=NOW)
    gone = milestone.plan("T-900", Plan("Gone"), actor=alice, now=NOW)
    milestone.cancel(gone.uuid, "Two became one.", actor=alice, now=NOW)
    page = text_of(client.get(ITEM))
    for words in (
        "A draft 21 November 2026 Late 3 days late",
        "Later 27 November 2026 Due",
        "Undated No date Due",
        "In time 24 November 2026 Done 23 November 2026",
        "Too late 15 November 2026 Done, late 23 November 2026",
        "Gone Two became one. No date Cancelled 24 November 2026",
    ):
        assert words in page
    assert "What you may do" not in page
    client.force_login(alice)
    page = text_of(client.get(ITEM))
    assert "Finish : A draft" in page
    assert "Finish : Gone" not in page


def test_amend_finish_and_cancel(client, made, alice):
    client.force_login(alice)
    address = f"/milestones/{made.uuid}/"
    answer = client.post(f"{address}amend/", {"title": "Two drafts", "due_on": "", "seen": 1})
    assert (answer.status_code, answer.url) == (302, ITEM)
    answer = client.post(f"{address}amend/", {"title": "Three", "due_on": "2026-12-01", "seen": 1})
    assert answer.status_code == 412
    assert "Two drafts" in text_of(answer)
    assert answer.context["form"]["seen"].value() == "2"
    answer = client.post(f"{address}amend/", {"title": "", "seen": 2})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"title"})
    answer = client.post(f"{address}finish/", {"done_on": "2026-11-25"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"done_on"})
    assert client.post(f"{address}finish/", {"done_on": "2026-11-24"}).status_code == 302
    assert client.get(f"{address}cancel/").status_code == 409
    assert client.post(f"{address}cancel/", {"reason": "No."}).status_code == 409
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["milestone_set", "milestone_amended", "milestone_finished"]
    other = milestone.plan("T-900", Plan("Other"), actor=alice, now=NOW)
    assert client.post(f"/milestones/{other.uuid}/cancel/", {"reason": "No need."}).status_code == 302
    told = text_of(client.get("/history/"))
    for words in (
        "Title: A draft → Two drafts",
        "Due: 21 November 2026 → (empty)",
        "Done: 24 November 2026",
        "Milestone: Other No need.",
    ):
        assert words in told


def test_what_is_missing_hidden_or_withdrawn(client, made, carol):
    client.force_login(carol)
    assert client.get(f"/milestones/{MISSING}/finish/").status_code == 404
    Recommendation.objects.update(withdrawn_at=NOW)
    assert client.get(f"/milestones/{made.uuid}/finish/").status_code == 409
    assert client.get(ADDRESS).status_code == 409
    assert "Finish" not in client.get(ITEM).content.decode()
