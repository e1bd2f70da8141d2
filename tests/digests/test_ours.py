"""Faults of ours, in the settings or in the program: nobody's attempt counts for them, nobody waits for a lease, and one row spoils no other."""

import datetime as dt

import pytest
from aiosmtpd.smtp import AuthResult
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from recommendations.digests import claim, deliver, links, plan, reconcile
from recommendations.models import Delivery
from relations import sender
from tests.digests.delivering import ways
from tests.digests.server import Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(owners, post):
    """Digests for three people, planned."""
    owners(3)
    plan.plan()


def rows():
    """State, attempts and what went wrong, by name."""
    found = Delivery.objects.exclude(state="skipped_late").order_by("subscription__person__name")
    return list(found.values_list("state", "attempts", "last_error"))


def hurry():
    Delivery.objects.filter(state="planned").update(due_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))


def age():
    Delivery.objects.filter(state="planned").update(planned_at=dt.datetime.now(dt.UTC) - claim.LONGEST)


def test_a_register_with_a_name_in_other_letters_sends(three, post, settings):
    settings.PUBLIC_URL = "https://Реестр.рф:8443"
    assert ways() == {"sent": 3}
    message = post.messages[0]
    assert message["Message-ID"].endswith("@xn--e1aa5aceg.xn--p1ai>")
    assert message["List-Id"] == "Digests of the register <digests.xn--e1aa5aceg.xn--p1ai>"
    assert message["List-Unsubscribe"].startswith("<https://xn--e1aa5aceg.xn--p1ai:8443/digests/unsubscribe/")
    assert "https://Реестр.рф:8443/" in next(message.iter_parts()).get_content()
    delivery = Delivery.objects.get(message_id=message["Message-ID"])
    assert links.named(message["Message-ID"]) == delivery.uuid
    assert links.unsubscribed(message["List-Unsubscribe"]) == delivery.subscription.uuid


def test_a_password_that_no_server_takes_is_nobodys_fault(three, settings):
    with Server(auth_require_tls=False, authenticator=lambda *_said: AuthResult(success=True)) as server:
        settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.port, "post", "пароль"
        assert ways() == {"waiting": 3}
    assert {(state, attempts) for state, attempts, _ in rows()} == {("planned", 0)}
    assert all("'ascii' codec can't encode" in error and "пароль" not in error for _, _, error in rows())


@pytest.mark.parametrize(
    "address", ["relations", "", "Register <кто@example.org>", "relations@a..org", "a b@example.org"]
)
def test_a_sender_that_is_none_is_nobodys_fault(three, post, settings, address):
    settings.DEFAULT_FROM_EMAIL = address
    assert ways() == {"waiting": 3}
    assert post.conversations == 0
    assert {(state, attempts) for state, attempts, _ in rows()} == {("planned", 0)}
    assert all(error.startswith(f"DEFAULT_FROM_EMAIL is {address!r}, which is no address") for *_, error in rows())
    assert [message.id for message in sender.sender(None)] == ["relations.E013"]
    with pytest.raises(SystemCheckError, match=r"relations\.E013"):
        call_command("check")


@pytest.mark.parametrize("address", ["relations@localhost", "Реестр <relations@реестр.рф>"])
def test_a_sender_that_is_one_sends(three, settings, address):
    """The negative control of the test above."""
    settings.DEFAULT_FROM_EMAIL = address
    assert ways() == {"sent": 3}
    assert sender.sender(None) == []


def stumbling(over):
    """Stumble over the letters to some."""
    seal = deliver.seal

    def stumble(letter, *, now):
        if letter.name in over:
            raise LookupError("unknown\x0bencoding")
        return seal(letter, now=now)

    return stumble


def test_what_cannot_be_written_goes_back_alone_and_fails_when_it_is_too_old(three, post, monkeypatch):
    monkeypatch.setattr(deliver, "seal", stumbling({"Owner 2"}))
    assert ways() == {"sent": 2, "postponed": 1}
    assert rows()[1] == ("planned", 0, "LookupError: unknown encoding")
    age()
    hurry()
    with pytest.raises(LookupError):
        deliver.deliver()
    assert rows()[1] == ("failed", 0, "LookupError: unknown encoding")
    assert [row.recipient for row in reconcile.failed()] == [""]


def test_where_nothing_can_be_written_all_go_back_at_once(three, post, monkeypatch):
    monkeypatch.setattr(deliver, "seal", stumbling({"Owner 1", "Owner 2", "Owner 3"}))
    with pytest.raises(LookupError):
        deliver.deliver()
    assert rows() == [("planned", 0, "LookupError: unknown encoding")] * 3
    monkeypatch.undo()
    hurry()
    assert sum(deliver.deliver().values()) == 3


def test_a_fault_in_mid_conversation_leaves_one_and_gives_back_the_others(three, post, monkeypatch):
    finish = deliver._finish

    def break_down(mine, line):
        if post.letters:
            raise MemoryError("no room")
        return finish(mine, line)

    monkeypatch.setattr(deliver, "_finish", break_down)
    with pytest.raises(MemoryError):
        deliver.deliver()
    said = "MemoryError: no room"
    assert sorted(rows()) == [("handed_over", 0, said), ("planned", 0, said), ("sent", 0, "")]
    monkeypatch.undo()
    hurry()
    assert ways() == {"sent": 1}  # what was handed over becomes uncertain when its lease is over
