"""The page behind a link to answer by: what it says before, that only its button answers, and what it says after."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from recommendations.actions import followup
from recommendations.actions import reply as verbs
from recommendations.digests import links
from recommendations.models import Assessment, Event, Notice, Reply
from tests.answering import press, words_of
from tests.factories import NOW, TODAY, DeliveryFactory, EvidenceFactory, OrganizationFactory
from tests.web.markup import faults

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
KINDS = ("on-track", "changed", "blocked", "not-mine")


@pytest.fixture(autouse=True)
def _next_day():
    cache.clear()  # nobody has tried yet
    with time_machine.travel(NOW + DAY, tick=False):
        yield


@pytest.fixture
def client():
    """A browser that was never here, and sends no token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def row(alice, owned):
    return DeliveryFactory(subscription__person=alice)


@pytest.fixture
def reported(item, owned, alice):
    said = followup.Statement(TODAY - 9 * DAY, "A draft.", "Sign it.", TODAY + 30 * DAY)
    return followup.assess("T-900", "in_preparation", kind="self", statement=said, actor=alice, now=NOW, seen=None)


def address(row, way="on-track", made_at=NOW, reference="T-900"):
    return f"/digests/answer/{links.sign_to_answer(verbs.Link(row.uuid, reference, made_at))}/{way}/"


def nothing_written():
    return (
        not Reply.objects.exists()
        and not Notice.objects.exists()
        and Event.objects.filter(actor__name="Alice").count() < 2
    )


def test_on_track_says_what_will_be_written_and_writes_it(client, row, reported, item):
    path = address(row)
    said = words_of(client.get(path))
    for words in ("T-900 Still on track", "In preparation (as it stands)", "Alice", "25 November 2026", "“Sign it.”"):
        assert words in said
    assert "24 December 2026 (as announced)" in said
    assert nothing_written()
    answer = press(client, path)
    assert answer.redirect_chain == [(path, 302)]
    assert "Answered" in words_of(answer)
    assert "Recorded as a self-assessment: In preparation" in words_of(answer)
    item.refresh_from_db()
    assert item.reported == Reply.objects.get().assessment


def test_changed_offers_what_can_be_said_and_shows_what_is_wrong(client, row, reported, item):
    path = address(row, "changed")
    page = client.get(path).content.decode()
    assert re.findall(r'name="value" value="(\w+)"', page) == ["no_action", "in_preparation", "partly", "overtaken"]
    wrong = press(client, path, value="no_action")
    assert wrong.status_code == 409
    assert "needs a narrative here" in words_of(wrong)
    assert press(client, path, value="mostly").status_code == 400
    assert nothing_written()
    answer = press(client, path, value="partly", narrative="Half.", next_step="The rest.", next_review_on="2027-01-10")
    assert "Recorded as a self-assessment: Partly implemented" in words_of(answer)
    made = Reply.objects.get().assessment
    assert (made.value, made.narrative, made.next_step, made.next_review_on) == (
        "partly",
        "Half.",
        "The rest.",
        dt.date(2027, 1, 10),
    )


def test_blocked_asks_what_is_in_the_way(client, row, reported):
    path = address(row, "blocked")
    assert 'name="value"' not in client.get(path).content.decode()
    assert press(client, path).status_code == 400
    answer = press(client, path, blockers=["funding", "capacity"], narrative="No money.")
    assert "Blocked" in words_of(answer)
    made = Reply.objects.get().assessment
    assert (made.value, made.blockers, made.narrative) == ("in_preparation", ["funding", "capacity"], "No money.")


def test_what_nobody_reported_on_can_be_blocked_and_is_on_no_track(client, row):
    page = client.get(address(row))
    assert "Nobody has reported on it yet" in words_of(page)
    assert "<button" not in re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)[0]
    assert "/recommendations/T-900/assess/" in page.content.decode()
    assert client.post(address(row), {"seen": "1"}).status_code == 409
    assert nothing_written()
    press(client, address(row, "blocked"), blockers=["funding"], value="no_action")
    assert Reply.objects.get().assessment.value == "no_action"


def test_what_lost_its_evidence_is_on_no_track(client, row, item, alice, owned):
    piece = EvidenceFactory(recommendation=item)
    said = followup.Statement(TODAY, evidence=(piece.uuid,))
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    assert "What the last report rests on" in words_of(client.get(address(row)))
    type(piece).objects.update(retracted_at=NOW, retracted_by=alice, retraction_reason="Wrong.")
    assert "needs a piece of evidence" in words_of(client.get(address(row)))


def test_not_mine_tells_the_stewards(client, row, reported, carol):
    path = address(row, "not-mine")
    assert "No status is changed" in words_of(client.get(path))
    answer = press(client, path, narrative="Ask the <b>bank</b>.")
    assert "The stewards were told; no status was changed." in words_of(answer)
    assert Assessment.objects.count() == 1
    client.force_login(carol)
    page = client.get("/my/").content.decode()
    assert "Alice answered a digest that it is not theirs" in page
    assert "Ask the &lt;b&gt;bank&lt;/b&gt;." in page
    history = client.get("/recommendations/T-900/").content.decode()
    assert "Said not to be theirs" in history
    client.logout()
    assert "Said not to be theirs" not in client.get("/recommendations/T-900/").content.decode()
    assert "Said not to be theirs" not in client.get("/history/").content.decode()


def test_history_tells_that_a_digest_was_answered(client, row, reported, carol):
    press(client, address(row))
    assert "Answered to a digest" in client.get("/history/").content.decode()


@pytest.mark.parametrize("way", KINDS)
def test_programs_that_follow_links_answer_nothing(client, row, reported, way):
    path = address(row, way)
    for again in range(2):
        assert client.get(path, headers={"purpose": "prefetch", "sec-purpose": "prefetch"}).status_code == 200
        assert client.head(path).status_code == 200
        assert client.options(path).status_code == 405
        assert client.put(path).status_code == 405
        assert client.post(path).status_code == 400, again
        assert client.post(path, {"seen": ""}).status_code == 400
        assert client.post(path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded").status_code == 400
        assert client.post(path, b"{}", "application/json").status_code == 400
    assert nothing_written()


@pytest.mark.parametrize("way", KINDS)
def test_the_page_is_one_form_with_one_button_and_no_script(client, row, reported, way):
    answer = client.get(address(row, way))
    page = answer.content.decode()
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    assert (main.count("<form"), main.count("<button"), page.count("<script")) == (1, 1, 0)
    assert faults(page) == []
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert not answer.cookies
    assert answer["X-Frame-Options"] == "DENY"
    others = [f"/{other}/" in main for other in KINDS if other != way]
    assert others == [True] * 3


def test_the_page_speaks_the_digests_language_in_the_readers_zone(client, row, reported, alice):
    type(alice).objects.update(time_zone="Pacific/Auckland")
    type(row.subscription).objects.update(language="ru")
    with time_machine.travel(NOW + 1.5 * DAY, tick=False):
        page = client.get(address(row)).content.decode()
    assert '<html lang="ru">' in page
    assert "Предложение" in page
    assert "26 ноября 2026" in page


@pytest.mark.parametrize("way", KINDS)
def test_a_link_counts_once(client, row, reported, way):
    press(client, address(row))
    path = address(row, way)
    again = client.get(path)
    assert again.status_code == 200
    assert "Still on track, 25 November 2026, 09:30" in words_of(again)
    assert "<form" not in re.search(r"<main.*</main>", again.content.decode(), re.DOTALL)[0]
    assert client.post(path, {"seen": "2", "value": "partly", "blockers": ["funding"]}).status_code == 409
    assert Reply.objects.count() == 1
    assert faults(again.content.decode()) == []


def test_who_presses_twice_at_once_is_told_what_was_answered(client, row, reported, monkeypatch):
    path, spent, calls = address(row), verbs.spent, []

    def late(slip, now):
        calls.append(slip)
        return spent(slip, now) if len(calls) > 1 else []

    press(client, path)
    monkeypatch.setattr(verbs, "spent", late)
    answer = client.post(path, {"seen": "3"})
    assert answer.status_code == 409
    assert "Recorded as a self-assessment: In preparation" in words_of(answer)


def test_somebody_was_faster(client, row, reported, alice, item):
    path = address(row)
    page = client.get(path).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    said = followup.Statement(TODAY, "More.")
    followup.assess("T-900", "partly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    answer = client.post(path, {"seen": seen})
    assert answer.status_code == 412
    assert "Partly implemented (as it stands)" in words_of(answer)
    assert not Reply.objects.exists()
    again = re.search(r'name="seen" value="(\d+)"', answer.content.decode())[1]
    assert client.post(path, {"seen": again}).status_code == 302


def unassigned(row, item):
    item.assignments.update(organization=OrganizationFactory())


def withdrawn(row, item):
    type(item).objects.update(withdrawn_at=NOW)


def left(row, item):
    type(row.subscription.person).objects.update(is_active=False)


def revoked(row, item):
    type(row.subscription).objects.update(answers_from=NOW + dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (unassigned, "not yours to answer any more"),
        (withdrawn, "not yours to answer any more"),
        (left, "were made worthless"),
        (revoked, "were made worthless"),
        (None, "counts for 14 days"),
    ],
)
@pytest.mark.parametrize("way", KINDS)
def test_what_a_worthless_link_says_and_does_not_say(client, row, reported, item, what, said, way):
    path = address(row, way, made_at=NOW if what else NOW - 13 * DAY)
    if what:
        what(row, item)
    for answer in (client.get(path), client.post(path, {"seen": "2", "value": "partly", "blockers": ["funding"]})):
        assert answer.status_code == 410
        assert said in words_of(answer)
        for word in ("Proposal", "Alice", "T-900", "In preparation", "Sign it."):
            assert word not in words_of(answer)
        assert faults(answer.content.decode()) == []
        assert answer["Referrer-Policy"] == "no-referrer"
    assert nothing_written()


def test_what_is_not_ours_is_nowhere(client, row, reported, alice):
    path = address(row)
    signed = path.split("/")[3]
    other = DeliveryFactory(
        subscription__person=None, subscription__email="v@example.org", subscription__time_zone="UTC"
    )
    wrong = [
        path.replace("on-track", "perhaps"),
        path.replace("on-track/", ""),
        path.replace(signed, signed[:-1]),
        path.replace(signed, signed.replace("T-900", "T-901")),
        path.replace(signed, links.sign(row.subscription)),
        address(other),
    ]
    for one in wrong:
        for answer in (client.get(one), client.post(one, {"seen": "2"})):
            assert answer.status_code == 404, one
    assert client.get(address(row, reference="T-999")).status_code == 410
    row.delete()
    assert client.get(path).status_code == 404


def test_one_client_tries_so_often(client, row, reported):
    tries = [client.post(address(row), {}).status_code for _n in range(62)]
    assert tries == [400] * 60 + [429] * 2
    assert client.get(address(row)).status_code == 200
    assert client.get("/digests/answer/guess/on-track/").status_code == 429


def test_the_page_is_open_where_the_register_is_closed(client, row, reported, settings):
    settings.PUBLIC_SITE = False
    assert press(client, address(row)).status_code == 200
    assert Reply.objects.exists()


def test_whoever_is_signed_in_the_link_answers_for_its_reader(row, reported, bob):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    press(client, address(row))
    assert Reply.objects.get().person.name == "Alice"
    assert Reply.objects.get().assessment.author.name == "Alice"


def test_links_are_made_worthless_on_the_page_of_digests(client, row, reported, alice, bob):
    mine = f"/digests/subscriptions/{row.subscription.uuid}/"
    browser = Client()
    browser.force_login(alice)
    assert "Last made worthless" not in browser.get(mine).content.decode()
    page = browser.post(f"{mine}revoke-answers/", follow=True).content.decode()
    assert "count no more" in page
    assert "Last made worthless" in browser.get(mine).content.decode()
    assert client.get(address(row)).status_code == 410
    assert browser.get(f"{mine}revoke-answers/").status_code == 405
    browser.force_login(bob)
    assert browser.post(f"{mine}revoke-answers/").status_code == 404
