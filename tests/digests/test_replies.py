"""What a mail server may not say, or not then: only an answer to the dot is believed, and only what is one."""

import datetime as dt
import ssl

import pytest

from recommendations.digests import deliver, outcome, plan, reconcile
from recommendations.models import Delivery
from tests.certificates import certificate
from tests.digests.raw import Raw

pytestmark = pytest.mark.django_db(transaction=True)
PAST = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


@pytest.fixture
def raw(owners, settings, post):
    """A server that speaks as it likes, and digests to be sent there."""
    opened = []

    def make(count=1, **said):
        opened.append(server := Raw(**said).__enter__())
        settings.EMAIL_PORT = server.port
        owners(count)
        plan.plan()
        return server

    yield make
    for server in opened:
        server.__exit__()


def ways():
    return {way: count for way, count in deliver.deliver().items() if count}


def only():
    return Delivery.objects.exclude(state="skipped_late").get()


def hurry():
    Delivery.objects.filter(state="planned").update(due_at=PAST)
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=PAST)


@pytest.mark.parametrize("reply", [b"OK accepted", b"  250 ok", b"354 go on", b"150 well", b"600 what"])
def test_what_is_no_answer_to_the_dot_leaves_it_uncertain(raw, states, reply):
    server = raw(2, after_dot=[reply + b"\r\n"])
    assert ways() == {"uncertain": 1, "sent": 1}
    assert server.conversations == 2  # nothing on the first line can be relied on any more
    hurry()
    assert ways() == {}
    assert (states(), len(server.bodies)) == ({"handed_over": 1, "sent": 1}, 2)
    assert "after the final dot: no answer: " in reconcile.uncertain().get().last_error


@pytest.mark.parametrize(("reply", "way"), [(b"452 4.2.2 full", "postponed"), (b"552 5.3.4 too big", "failed")])
def test_a_refusal_of_the_dot_is_one(raw, reply, way):
    """The negative control of the test above."""
    server = raw(2, after_dot=[reply + b"\r\n"])
    assert ways() == {way: 1, "sent": 1}
    assert server.conversations == 1


def test_what_is_no_answer_before_the_dot_is_tried_again(raw):
    server = raw(at_rcpt=[b"hello\r\n"])
    assert ways() == {"dropped": 1}
    assert (only().state, only().attempts, only().last_error) == ("planned", 1, "the line broke: no answer: -1 o")
    hurry()
    assert ways() == {"sent": 1}
    assert (server.conversations, len(server.bodies)) == (2, 1)


def test_what_is_said_together_with_go_on_is_no_answer_to_the_dot(raw):
    server = raw(at_once=b"250 stray\r\n", after_dot=[b"552 5.3.4 too big\r\n"])
    assert ways() == {"dropped": 1}
    row = only()
    assert (row.state, row.handed_over_at, server.bodies) == ("planned", None, [])
    assert "hung up or spoke before the final dot" in row.last_error


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_what_is_said_in_a_body_is_no_answer_to_the_dot(raw, settings, tmp_path, monkeypatch, is_encrypted):
    tls = None
    if is_encrypted:
        files = certificate(tmp_path, "localhost")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*files)
        settings.EMAIL_HOST, settings.EMAIL_USE_SSL, settings.MAIL_CA_FILE = "localhost", True, str(files[0])
    server = raw(before_dot=b"250 stray\r\n", after_dot=[b"552 5.3.4 too big\r\n"], tls=tls)
    fence = outcome.fence
    monkeypatch.setattr(outcome, "fence", lambda mine: server.spoke.wait(30) and fence(mine))
    assert ways() == {"dropped": 1}
    assert (only().state, only().handed_over_at, server.bodies) == ("planned", None, [])
    server.before_dot = b""
    server.after_dot.clear()
    hurry()
    assert ways() == {"sent": 1}
    assert len(server.bodies) == 1
