"""Real conversations with a mail server: what is accepted, refused, cut off; what is then written down."""

import datetime as dt
import smtplib
import socket
import struct
from collections import Counter
from email.utils import parsedate_to_datetime

import pytest
from django.db import transaction

from recommendations.actions import subscription as subscriptions
from recommendations.digests import claim, deliver, links, outcome, plan, reconcile, transport
from recommendations.models import Delivery, Person
from tests.digests.delivering import expire, hurry, only, planned, ways
from tests.digests.server import Server
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime.now(dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_a_digest_arrives_once_and_says_who_it_is(owners, post, states):
    planned(owners)
    assert ways() == {"sent": 1}
    assert ways() == {}
    (message,) = post.messages
    row = only()
    assert states() == {"sent": 1}
    assert message["Message-ID"] == row.message_id == f"<digest.{row.uuid.hex}@register.example.org>"
    assert message["To"] == "Owner 1 <owner.1@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Digests of the register <digests.register.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://register.example.org/digests/unsubscribe/")
    assert message["Subject"] == row.subject
    assert abs(parsedate_to_datetime(message["Date"]) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content().replace("\r\n", "\n") for part in message.iter_parts())
    assert (links.kept(text), links.kept(html)) == (row.text, row.html)
    assert "owner.1@example.org" in text
    assert (row.token, row.lease_until, row.attempts, row.last_error) == (None, None, 0, "")
    assert row.handed_over_at <= row.finished_at


def test_one_connection_carries_the_whole_batch(owners, post, states):
    planned(owners, 5)
    assert ways() == {"sent": 5}
    assert post.conversations == 1
    assert len({recipient for recipient, _ in post.letters}) == 5


def test_refused_for_now_waits_longer_each_time_and_is_given_up_when_it_is_too_old(owners, post, states):
    planned(owners)
    post.at_rcpt["owner.1@example.org"] = "451 4.7.1 Greylisted"
    waits = []
    for attempt in range(1, 12):
        assert ways() == {"postponed": 1}
        assert ways() == {}  # it waits
        row = only()
        assert (row.state, row.attempts, row.last_error) == ("planned", attempt, "451 4.7.1 Greylisted")
        waits.append(row.due_at - dt.datetime.now(dt.UTC))
        hurry()
    assert dt.timedelta(seconds=40) < waits[0] < dt.timedelta(seconds=80)
    assert dt.timedelta(minutes=24) < waits[5] < dt.timedelta(minutes=41)
    assert dt.timedelta(hours=3) - MINUTE < waits[10] < dt.timedelta(hours=5)
    Delivery.objects.filter(state="planned").update(planned_at=dt.datetime.now(dt.UTC) - claim.LONGEST + MINUTE)
    assert ways() == {"postponed": 1}
    assert only().due_at == only().planned_at + claim.LONGEST  # the last try
    Delivery.objects.filter(state="planned").update(planned_at=dt.datetime.now(dt.UTC) - claim.LONGEST)
    hurry()
    assert ways() == {"failed": 1}
    assert (only().state, only().attempts, only().last_error) == ("failed", 13, "451 4.7.1 Greylisted")
    assert only().finished_at
    assert post.letters == []


def test_put_off_ever_so_often_it_may_still_be_stranded(owners, post):
    """What its recipient put off is no sender that did not come back."""
    planned(owners)
    Delivery.objects.filter(state="planned").update(attempts=claim.MOST_STRANDED + 5)
    claim.claim(9)
    expire()
    assert ways() == {"sent": 1}
    assert (only().attempts, only().stranded) == (claim.MOST_STRANDED + 6, 1)


def test_refused_for_now_is_sent_when_the_server_takes_it(owners, post):
    planned(owners)
    post.after_dot["owner.1@example.org"] = "452 4.2.2 Mailbox full"
    assert ways() == {"postponed": 1}
    row = only()
    assert (row.state, row.handed_over_at) == ("planned", None)
    post.after_dot.clear()
    hurry()
    assert ways() == {"sent": 1}
    assert only().last_error == ""


@pytest.mark.parametrize("moment", ["at_rcpt", "after_dot"])
def test_refused_for_good_fails_alone_on_the_same_connection(owners, post, states, moment):
    planned(owners, 3)
    getattr(post, moment)["owner.2@example.org"] = "550 5.1.1 No such user"
    assert ways() == {"sent": 2, "failed": 1}
    assert states() == {"sent": 2, "failed": 1}
    assert Delivery.objects.get(state="failed").last_error == "550 5.1.1 No such user"
    assert post.conversations == 1
    assert [row.recipient for row in reconcile.failed()] == ["owner.2@example.org"]


def test_nobody_listens_and_nobodys_attempt_counts(owners, nobody_listens, states):
    planned(owners, 3)
    assert ways() == {"waiting": 3}
    assert states() == {"planned": 3}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert all(row.due_at > dt.datetime.now(dt.UTC) for row in Delivery.objects.filter(state="planned"))
    assert all("Connection refused" in row.last_error for row in Delivery.objects.filter(state="planned"))


@pytest.mark.parametrize("reply", ["530 5.7.0 Authentication required", "421 4.3.2 Closing"])
def test_a_server_that_wants_none_of_our_mail_is_nobodys_fault(owners, post, states, reply):
    planned(owners, 2)
    post.at_mail = [reply] * 9
    assert ways() == {"waiting": 2}
    assert set(Delivery.objects.filter(state="planned").values_list("attempts", flat=True)) == {0}


def test_a_message_too_big_fails_alone(owners, post, states):
    planned(owners, 2)
    post.at_mail = ["552 5.3.4 Too big"]
    assert ways() == {"sent": 1, "failed": 1}


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(owners, post, states):
    planned(owners, 3)
    post.at_mail = ["250 OK", "421 4.4.2 Too many messages on one connection"]
    assert ways() == {"sent": 3}
    assert post.conversations == 2


def test_a_line_broken_before_the_dot_is_tried_again_and_spoils_no_other(owners, post, states):
    planned(owners, 3)
    post.at_rcpt["owner.2@example.org"] = "drop"
    assert ways() == {"sent": 2, "dropped": 1}
    row = Delivery.objects.get(state="planned")
    assert (row.attempts, row.handed_over_at) == (1, None)
    post.at_rcpt.clear()
    hurry()
    assert ways() == {"sent": 1}
    assert sorted(recipient for recipient, _ in post.letters) == [f"owner.{n}@example.org" for n in (1, 2, 3)]


def test_a_line_broken_again_and_again_stops_the_round(owners, post, states):
    planned(owners, 5)
    post.at_rcpt = {f"owner.{n}@example.org": "drop" for n in range(1, 6)}
    assert ways() == {"dropped": deliver.MOST_DROPS, "waiting": 2}
    assert states() == {"planned": 5}


def test_a_line_broken_in_mid_body_is_tried_again(owners, post, states, monkeypatch):
    """The server hangs up when it has some of the body. All of it may be on its way by then, and the fence passed."""
    planned(owners)
    post.in_body = {"owner.1@example.org"}
    fence = outcome.fence
    monkeypatch.setattr(outcome, "fence", lambda mine: post.hung_up.wait(30) and fence(mine))
    assert ways() == {"dropped": 1}
    assert (only().state, only().attempts, only().handed_over_at, post.letters) == ("planned", 1, None, [])
    post.in_body.clear()
    hurry()
    assert ways() == {"sent": 1}


def test_a_line_that_was_reset_is_broken():
    with socket.create_server(("127.0.0.1", 0)) as server, smtplib.SMTP() as line:
        line.sock = socket.create_connection(server.getsockname())
        line.file = line.sock.makefile("rb")
        other, _address = server.accept()
        is_silent = transport._is_silent(line)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        assert (is_silent, transport._is_silent(line)) == (True, False)
        line.close()


def test_a_body_that_cannot_be_sent_is_a_broken_line(owners, post):
    planned(owners)
    line = transport.Smtp()
    real = line._line = transport._connect()
    send = real.send

    def reset(content):
        if isinstance(content, bytes) and b"Subject:" in content:
            raise ConnectionResetError("reset by peer")
        send(content)

    real.send = reset
    with pytest.raises(transport.Dropped, match="reset by peer"):
        line.begin(deliver._sealed(claim.claim(9).claims, Counter())[0][1])
    assert line._line is None


@pytest.mark.parametrize(("reply", "arrived"), [("drop", 0), ("keep and drop", 1)])
def test_a_line_broken_after_the_dot_is_uncertain_and_never_sent_again_by_itself(owners, post, states, reply, arrived):
    planned(owners, 2)
    post.after_dot["owner.1@example.org"] = reply
    assert ways() == {"uncertain": 1, "sent": 1}
    assert states() == {"handed_over": 1, "sent": 1}
    assert [row.recipient for row in reconcile.uncertain()] == ["owner.1@example.org"]
    assert reconcile.books().uncertain == 1
    hurry()
    expire()
    post.after_dot.clear()
    assert ways() == {}
    assert sum(recipient == "owner.1@example.org" for recipient, _ in post.letters) == arrived


def test_no_mail_leaves_from_within_a_transaction(owners, post):
    planned(owners)
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver.deliver()
    assert post.letters == []


def test_a_batch_that_takes_too_long_gives_back_what_it_has_not_begun(owners, post, monkeypatch):
    planned(owners, 3)
    monkeypatch.setattr(deliver, "_SAFE", 0.0)
    mine = claim.claim(9).claims
    assert deliver._send(mine, transport.Smtp(), Counter())
    assert set(Delivery.objects.exclude(state="skipped_late").values_list("state", "attempts")) == {("planned", 0)}


def test_a_round_has_an_end(owners, post):
    planned(owners)
    assert sum(deliver.deliver(longest=0.0).values()) == 0
    assert sum(deliver.deliver(longest=30.0).values()) == 1


def test_an_address_that_mail_cannot_go_to_fails_alone(owners, post):
    first, _second = planned(owners, 2)
    Person.objects.filter(pk=first.person_id).update(email="кто@example.org")
    assert ways() == {"failed": 1, "sent": 1}
    assert "not an address that mail can go to" in Delivery.objects.get(state="failed").last_error


def test_a_poisonous_row_fails_alone(owners, post, monkeypatch, caplog):
    planned(owners, 3)
    render = deliver.letters.render

    def poisoned(reader, content):
        if reader.person.name == "Owner 2":
            raise ZeroDivisionError("poison")
        return render(reader, content)

    monkeypatch.setattr(deliver.letters, "render", poisoned)
    assert ways() == {"failed": 1, "sent": 2}
    assert Delivery.objects.get(state="failed").last_error == "cannot be written: ZeroDivisionError: poison"


def test_statements_of_a_batch_do_not_grow(owners, post, django_assert_num_queries):
    counts = {}
    for size in (1, 3):
        Delivery.objects.all().delete()
        if size == 1:
            owners(1)
        else:
            body = Person.objects.get().organization
            for n in (7, 8):
                person = PersonFactory(name=f"More {n}", organization=body)
                subscriptions.subscribe(
                    subscriptions.Wish(cadence="daily", hour=0), actor=person, now=NOW - dt.timedelta(days=3)
                )
        plan.plan()
        mine = claim.claim(9).claims
        assert len(mine) == size
        with django_assert_num_queries(11) as captured:
            envelopes = deliver._sealed(mine, Counter())
        assert len(envelopes) == size
        counts[size] = len(captured)
    assert counts[1] == counts[3]


def test_the_outbox_of_the_embedded_mode_goes_by_the_same_protocol(owners, settings, tmp_path, states):
    settings.EMAIL_BACKEND, settings.OUTBOX = "relations.outbox.Outbox", tmp_path / "outbox"
    planned(owners, 2)
    assert ways() == {"sent": 2}
    assert states() == {"sent": 2}
    kept = [path.read_text() for path in settings.OUTBOX.glob("*.eml")]
    assert len(kept) == 2
    assert all("List-Unsubscribe-Post: List-Unsubscribe=One-Click" in message for message in kept)


def test_a_backend_of_djangos_gets_subject_and_text_in_the_clear(owners, settings, mailoutbox):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    (subscription,) = owners(1)
    subscription.language = "ru"
    subscription.save()
    plan.plan()
    assert ways() == {"sent": 1}
    (kept,) = mailoutbox
    assert (kept.subject, links.kept(kept.body)) == (only().subject, only().text)
    assert "Схема мобильности" in kept.body
    assert kept.to == ["owner.1@example.org"]


def test_an_outbox_that_cannot_be_written_leaves_an_uncertain_digest(owners, settings, tmp_path):
    (tmp_path / "outbox").write_text("a file, not a folder")
    settings.EMAIL_BACKEND, settings.OUTBOX = "relations.outbox.Outbox", tmp_path / "outbox"
    planned(owners)
    assert ways() == {"uncertain": 1}


def test_signing_in_at_the_server_and_being_refused_is_nobodys_fault(owners, post, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "post", "wrong"
    planned(owners)
    assert ways() == {"waiting": 1}


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(owners, post, settings):
    settings.EMAIL_USE_TLS = True
    planned(owners)
    assert ways() == {"waiting": 1}
    assert post.letters == []


def test_quitting_minds_no_answer(owners, post):
    planned(owners)
    with Server() as other:
        line = transport.Smtp()
        line._line = transport._connect()
        line._line.sock.shutdown(2)
        line.close()
        assert line._line is None
        assert other.script.letters == []
