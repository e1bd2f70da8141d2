"""The administrators' pages of the post room: filters, a selection, suppressed addresses; and what people are told."""

import datetime as dt
import uuid

import pytest

from recommendations.actions import suppression
from recommendations.models import Delivery, Event, MailDomain, Subscription, Suppression
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def rows(dave):
    """A digest in each of some states, to two domains."""
    states = {
        "sent": {},
        "failed": {"last_error": "550 No"},
        "handed_over": {"token": uuid.uuid4(), "lease_until": NOW - HOUR},
    }
    other = PersonFactory(email="olga@other.example", name="Olga")
    made = {}
    for number, (state, columns) in enumerate(states.items()):
        for person in (dave, other):
            begun, _made = Subscription.objects.get_or_create(person=person, defaults={"created_at": NOW - 99 * HOUR})
            start = NOW - (number + 2) * 24 * HOUR
            whole = {"planned_at": NOW, "due_at": NOW, "recipient": person.email, "text": "x", **columns}
            made[person.name, state] = Delivery.objects.create(
                subscription=begun, period_start=start, period_end=start + 24 * HOUR, state=state, **whole
            )
    return made


@pytest.fixture
def page(client, erin):
    client.force_login(erin)
    return lambda address: client.get(address).content.decode()


def linked(content, rows):
    return {key for key, row in rows.items() if f'href="/digests/{row.uuid}/"' in content}


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward"])
@pytest.mark.parametrize("address", ["/digests/log/", "/digests/suppressed/"])
def test_for_all_but_administrators_there_is_nothing(client, people, role, address):
    client.force_login(people[role])
    assert client.get(address).status_code == 404
    assert client.post("/digests/log/send-again/").status_code == 404
    assert client.post(f"/digests/suppressed/{uuid.uuid4()}/lift/").status_code == 404


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get("/digests/suppressed/").status_code == 302


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("state=sent", {("Dave", "sent"), ("Olga", "sent")}),
        ("state=uncertain", {("Dave", "handed_over"), ("Olga", "handed_over")}),
        ("domain=OTHER.example", {("Olga", "sent"), ("Olga", "failed"), ("Olga", "handed_over")}),
        ("address=olg&state=failed", {("Olga", "failed")}),
        ("domain=ther.example", set()),
        ("address=nobody", set()),
        ("state=", {("Dave", "failed"), ("Olga", "failed"), ("Dave", "handed_over"), ("Olga", "handed_over")}),
        ("state=nonsense", {("Dave", "failed"), ("Olga", "failed"), ("Dave", "handed_over"), ("Olga", "handed_over")}),
    ],
)
def test_the_log_can_be_filtered(page, rows, query, wanted):
    assert linked(page(f"/digests/log/?{query}"), rows) == wanted


def test_a_selection_is_sent_again_each_by_an_act_of_its_own(client, page, rows):
    chosen = [rows["Dave", "failed"], rows["Olga", "handed_over"], rows["Dave", "sent"]]
    answer = client.post("/digests/log/send-again/", {"uuid": [row.uuid for row in chosen]}, follow=True)
    said = answer.content.decode()
    assert "2 digests are sent again." in said
    assert "Only a digest that failed or is uncertain can be sent again" in said
    assert Event.objects.filter(verb="sent_again").count() == 2
    assert set(Delivery.objects.filter(state="planned")) == set(chosen[:2])


@pytest.mark.parametrize("chosen", [{}, {"uuid": "nonsense"}, {"uuid": str(uuid.UUID(int=1))}])
def test_nothing_chosen_or_nothing_there_sends_nothing(client, page, rows, chosen):
    answer = client.post("/digests/log/send-again/", chosen, follow=True).content.decode()
    assert "0 digests are sent again." in answer
    assert ("There is no such digest." in answer) == bool(chosen)
    assert not Event.objects.filter(verb="sent_again").exists()


def test_held_domains_are_listed_while_they_are(page):
    MailDomain.objects.create(name="busy.example", free_at=NOW, held_until=NOW + HOUR, reason="451 4.7.1 Slowly")
    MailDomain.objects.create(name="free.example", free_at=NOW, held_until=NOW - HOUR, reason="451 4.7.1 Slowly")
    content = page("/digests/log/")
    assert "busy.example" in content
    assert "free.example" not in content


def test_an_address_is_added_found_and_lifted(client, page):
    said = {"email": "gone@example.org", "detail": "asked by letter"}
    assert "gets no digest from now on" in client.post("/digests/suppressed/", said, follow=True).content.decode()
    made = Suppression.objects.get()
    assert (made.reason, made.detail) == ("by_hand", "asked by letter")
    again = client.post("/digests/suppressed/", said)
    assert (again.status_code, "is on the list already" in again.content.decode()) == (409, True)
    assert "gone@example.org" in page("/digests/suppressed/?address=GONE")
    assert "No such address is on the list." in page("/digests/suppressed/?address=other")
    answer = client.post(f"/digests/suppressed/{made.uuid}/lift/", follow=True).content.decode()
    assert "gone@example.org gets digests again" in answer
    assert "None." in answer


@pytest.mark.parametrize("address", ["/digests/", "/my/"])
def test_a_person_is_told_and_another_address_ends_it(client, dave, address):
    client.force_login(dave)
    suppression.suppress(dave.email.upper(), "refused", "550 5.1.1 No such user", now=NOW)
    content = client.get(address).content.decode()
    assert "No digest is sent to your address" in content
    assert "550 5.1.1 No such user" in content
    assert 'href="/account/email/"' in content
    dave.email = "dave@new.example"
    dave.save()
    assert "No digest is sent to your address" not in client.get(address).content.decode()


def test_the_figures_are_told(client, rows):
    suppression.suppress("gone@example.org", "refused", "", now=NOW)
    told = client.get("/metrics").content.decode()
    assert 'relations_digests{state="failed"} 2.0' in told
    assert 'relations_digests{state="uncertain"} 2.0' in told
    assert "relations_suppressed_addresses 1.0" in told
    assert "relations_held_mail_domains 0.0" in told
    assert "relations_digests_late 0.0" in told
    assert "relations_digests_unplanned 0.0" in told
