"""A real conversation with a server that is strict about it."""

import ssl

import pytest

from recommendations.digests.returned import imap as imap_module
from recommendations.digests.returned import rounds
from recommendations.digests.returned.mailboxes import Unreachable
from recommendations.models import Bounce
from tests.certificates import certificate
from tests.digests.returned.imap import Imap
from tests.digests.returned.letters import dsn, failed, out_of_office

MINE = "bounces:s3cr%20t%22"
OTHER = b"From: person@example.org\nSubject: A question\n\nHello?\n"


@pytest.fixture
def letters(sent, dave):
    made = sent(dave)
    return [
        dsn(failed(dave.email), original=f"Message-ID: {made.message_id}\n\n"),
        OTHER,
        out_of_office(),
        b"x" * 1_000_100,
    ]


def read(server, scheme="imap", host="127.0.0.1", user=MINE, rest="/INBOX", **options):
    with rounds.opened(f"{scheme}://{user}@{host}:{server.port}{rest}") as box:
        return rounds.run(box, **options)


def test_what_was_handled_is_marked_and_what_was_not_is_flagged(letters):
    with Imap(*letters) as server:
        done = read(server)
        assert (done.messages, done.hard, done.other, done.automatic) == (4, 1, 1, 1)
        assert done.unreadable == {13: "1000001 bytes; at most 1000000 are read"}
        handled, looked_at = {r"\Seen"}, {r"\Seen", r"\Flagged"}
        assert server.flags() == {10: handled, 11: looked_at, 12: handled, 13: looked_at}
        assert read(server).messages == 0
        assert (server.complaints, Bounce.objects.count()) == ([], 1)
        assert server.commands.count("LOGOUT") == 2


def test_what_was_handled_is_moved(letters):
    with Imap(*letters) as server:
        read(server, rest="/INBOX?move=Handled%20mail")
        assert list(server.flags()) == [11, 13]
        assert list(server.flags("Handled mail")) == [10, 12]
        assert server.complaints == []


def test_a_rehearsal_marks_nothing(letters):
    with Imap(*letters) as server:
        assert read(server, dry_run=True).hard == 1
        assert server.flags() == {10: set(), 11: set(), 12: set(), 13: set()}


def test_the_inbox_is_meant_unless_a_folder_is_named():
    with Imap() as server:
        assert read(server, rest="").messages == 0
        with pytest.raises(Unreachable, match="no such folder"):
            read(server, rest="/Elsewhere")
        assert server.complaints == []


def test_a_wrong_password_is_said_without_it():
    with Imap() as server:
        with pytest.raises(Unreachable, match="who are you") as raised:
            read(server, user="bounces:hunter2")
        assert "hunter2" not in str(raised.value)


def test_a_server_that_cannot_move_is_said():
    with Imap(can_move=False) as server, pytest.raises(Unreachable, match="cannot move"):
        read(server, rest="/INBOX?move=Handled")


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "UID STORE"])
@pytest.mark.parametrize("answer", ["NO [UNAVAILABLE] later", "BAD what", "drop"])
def test_a_server_that_refuses_or_hangs_up_ends_the_round_and_nothing_is_lost(letters, command, answer):
    with Imap(*letters) as server:
        server.script[command] = answer
        with pytest.raises(Unreachable):
            read(server)
        server.script.clear()
        done = read(server)
        assert (done.messages, done.hard + done.repeated, Bounce.objects.count()) == (4, 1, 1)


def test_a_message_that_went_meanwhile_is_nothing(letters):
    with Imap(letters[0]) as server, rounds.opened(f"imap://{MINE}@127.0.0.1:{server.port}") as box:
        numbers = box.numbers()
        server.folders["INBOX"].clear()
        assert [box.content(number) for number in numbers] == [b""]


def test_nobody_there():
    with Imap() as server:
        pass
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        read(server)


@pytest.mark.parametrize(("scheme", "implicit"), [("imaps", True), ("imap", False)])
def test_a_certificate_is_verified(letters, settings, tmp_path, monkeypatch, scheme, implicit):
    if not implicit:  # to this machine a line needs no encryption; here it counts as another one
        monkeypatch.setattr(imap_module.lines, "is_here", lambda _host: False)
    file, key = certificate(tmp_path, "localhost")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file, key)
    with Imap(*letters, tls=tls, implicit=implicit) as server:
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            read(server, scheme, "localhost")
        settings.MAIL_CA_FILE = str(file)
        assert read(server, scheme, "localhost").hard == 1
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            read(server, scheme, "127.0.0.1")
        assert "STARTTLS" in server.commands or implicit


def test_a_line_to_others_is_never_plain(monkeypatch):
    monkeypatch.setattr(imap_module.lines, "is_here", lambda _host: False)
    with Imap() as server, pytest.raises(Unreachable, match="TLS"):
        read(server)
    assert "LOGIN" not in server.commands
