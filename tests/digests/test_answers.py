"""From the register to a mail, from the link in it back to the register: once, in either language, by either part."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from recommendations.actions import delivery, reply
from recommendations.actions import person as people
from recommendations.digests import deliver, plan
from recommendations.models import Delivery, Event, Reply
from tests.answering import part, press, ways, words_of
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
FOUR = ["on-track", "changed", "blocked", "not-mine"]


@pytest.fixture
def client():
    cache.clear()  # nobody has tried yet
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def mail(owners, post):
    """Send the digest of somebody who owes T-700 and get it."""

    def get(language="en"):
        (made,) = owners(1)
        type(made).objects.update(language=language)
        return sent(post)

    return get


def sent(post):
    plan.plan()
    deliver.deliver()
    return post.messages[-1]


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize(
    ("language", "button", "answered"),
    [
        ("en", "Record this", "Recorded as a self-assessment: No action found"),
        ("ru", "Записать", "Записано как самооценка:"),
    ],
)
def test_a_link_of_a_mail_answers_once(mail, client, kind, language, button, answered):
    message = mail(language)
    found = ways(part(message, kind))
    assert {reference: list(ways) for reference, ways in found.items()} == {"T-700": FOUR[1:]}
    path = found["T-700"]["changed"]
    assert client.head(path).status_code == 200
    assert button in client.get(path).content.decode()
    assert not Reply.objects.exists()
    said = press(client, path, value="no_action", narrative="Nobody began.")
    assert answered in words_of(said)
    (given,) = Reply.objects.all()
    item = given.recommendation
    assert (item.reported, item.reported.value, item.reported.author.name) == (given.assessment, "no_action", "Owner 1")
    assert Event.objects.get(verb="assessed").after["reply"] == "changed"
    for way in found["T-700"].values():
        assert client.post(way, {"seen": str(item.version), "value": "no_action"}).status_code == 409
    assert Reply.objects.count() == 1


def test_both_parts_have_the_same_links(mail):
    message = mail()
    assert ways(part(message)) == ways(part(message, "html"))


def test_what_is_kept_and_shown_answers_nothing(mail, client):
    message = mail()
    (row,) = Delivery.objects.filter(state="sent")
    assert ways(part(message))
    assert "/digests/answer/" not in row.text + row.html
    assert row.text.count("/recommendations/T-700/assess/") == 4
    erin = PersonFactory(role="administrator")
    for person in (row.subscription.person, erin):
        client.force_login(person)
        assert b"/digests/answer/" not in client.get(f"/digests/{row.uuid}/").content
        assert b"/digests/answer/" not in client.get(f"/digests/{row.uuid}/message.eml").content
        assert b"/digests/answer/" not in client.get("/digests/preview/").content


def test_a_mail_that_is_sent_again_brings_links_that_count(mail, client, post):
    first = ways(part(mail()))["T-700"]["changed"]
    row = Delivery.objects.get(state="sent")
    reply.revoke(row.subscription.uuid, actor=row.subscription.person, now=dt.datetime.now(dt.UTC))
    Delivery.objects.filter(pk=row.pk).update(state="failed")
    delivery.send_again(row.uuid, actor=PersonFactory(role="administrator"), now=dt.datetime.now(dt.UTC))
    again = ways(part(sent(post)))["T-700"]["changed"]
    assert again != first
    assert client.get(first).status_code == 410
    press(client, again, value="no_action")
    assert "Answered" in words_of(client.get(again))
    assert client.get(first).status_code == 410
    assert Reply.objects.get().delivery == row


@pytest.mark.parametrize("addresses", [["new@example.org"], ["new@example.org", "owner.1@example.org"]])
def test_what_was_mailed_to_an_earlier_address_answers_nothing_for_good(mail, client, post, addresses):
    post.after_dot["owner.1@example.org"] = "keep and drop"  # it arrives, and nobody can know
    first = ways(part(mail()))["T-700"]["changed"]
    row = Delivery.objects.get(state="handed_over")
    for address in addresses:
        people.readdress(address, actor=row.subscription.person, now=dt.datetime.now(dt.UTC))
        assert client.get(first).status_code == 410
    Delivery.objects.update(lease_until=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))
    post.after_dot.clear()
    delivery.send_again(row.uuid, actor=PersonFactory(role="administrator"), now=dt.datetime.now(dt.UTC))
    again = sent(post)
    assert again["To"].endswith(f"<{addresses[-1]}>")
    for answer in (client.get(first), client.post(first, {"seen": "1", "value": "no_action"})):
        assert answer.status_code == 410
    assert not Reply.objects.exists()
    press(client, ways(part(again))["T-700"]["changed"], value="no_action")
    assert Reply.objects.get().delivery == row


def test_a_visitors_mail_has_no_links_to_answer_by(owners, post, subscribe):
    owners(1)
    subscribe(None, email="v@example.org", time_zone="UTC", confirmed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    plan.plan()
    deliver.deliver()
    for message in post.messages:
        assert bool(ways(part(message))) == (message["To"] != "v@example.org")
