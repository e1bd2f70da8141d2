"""Mailboxes of every kind, read whole; one message spoils no other."""

import io
import json
import mailbox
import sys
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError

from recommendations.actions import bounce
from recommendations.digests import links
from recommendations.digests.returned import rounds
from recommendations.models import Bounce, Suppression
from recommendations.tasks import process_bounces
from tests.digests.returned.imap import Imap
from tests.digests.returned.letters import complaint, dsn, failed, out_of_office, returned_headers


@pytest.fixture
def letters(sent, alice, bob, dave):
    """One message of each kind, in the order of the figures below."""
    one, two, three = sent(alice), sent(bob), sent(dave)
    return [
        dsn(failed(alice.email), to=links.bounces_to(one)),
        dsn(failed(bob.email, "4.4.1", action="delayed"), to=links.bounces_to(two)),
        complaint(returned_headers(three, links.unsubscribe(three.subscription)) + "Text"),
        out_of_office(to=links.bounces_to(three)),
        b"From: person@example.org\nSubject: A question\n\nHello?\n",
        dsn(failed("nobody@example.org"), original="Message-ID: <digest.1@elsewhere.example>\n\n"),
        b"x" * 1_000_001,
    ]


FIGURES = {"messages": 7, "hard": 1, "delayed": 1, "complaint": 1, "automatic": 1, "other": 1, "unknown": 1}
TWICE = {**FIGURES, "hard": 0, "delayed": 0, "complaint": 0, "repeated": 3}


def command(*arguments):
    """Run it; return what it says as JSON, and the exit status."""
    out, status = io.StringIO(), 0
    try:
        call_command("process_bounces", *arguments, "--format", "json", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        status = error.returncode
    return json.loads(out.getvalue()), status


def counted(said):
    return {name: count for name, count in said.items() if type(count) is int and (count or name in TWICE)}


def mbox(path, messages):
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return str(path)


def maildir(path, messages):
    box = mailbox.Maildir(path)
    for message in messages:
        box.add(message)
    return str(path)


@pytest.mark.parametrize("write", [mbox, maildir])
def test_a_mailbox_is_read_whole_and_a_second_time_changes_nothing(letters, tmp_path, write):
    path = write(tmp_path / "box", letters)
    said, status = command(path)
    assert counted(said) == {**FIGURES, "repeated": 0, "suppressed": 2}
    assert ([one["reason"] for one in said["unreadable"]], status) == (["1000001 bytes; at most 1000000 are read"], 1)
    assert sorted(Suppression.objects.values_list("reason", flat=True)) == ["bounced", "complained"]
    assert counted(command(path)[0]) == TWICE
    assert Bounce.objects.count() == 3


def test_a_rehearsal_changes_nothing(letters, tmp_path):
    said, _ = command(mbox(tmp_path / "box", letters), "--dry-run")
    assert (said["dry_run"], counted(said)) == (True, {**FIGURES, "repeated": 0, "suppressed": 2})
    assert not Bounce.objects.exists()
    assert not Suppression.objects.exists()


def test_one_message_in_a_file_and_by_a_pipe(letters, tmp_path, monkeypatch):
    path = tmp_path / "one.eml"
    path.write_bytes(letters[0])
    assert command(str(path))[0]["hard"] == 1
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(letters[0].replace(b"\n", b"\r\n"))))
    said, status = command("-")
    assert (said["repeated"], said["messages"], status) == (1, 1, 0)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"")))
    assert command("-")[0]["messages"] == 0


def test_a_pipe_is_told_to_come_again_while_the_database_is_away(letters, monkeypatch, tmp_path):
    def away(*_arguments, **_named):
        raise OperationalError("no")

    monkeypatch.setattr(bounce, "record", away)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(letters[0])))
    with pytest.raises(CommandError) as raised:
        call_command("process_bounces", "-")
    assert raised.value.returncode == 75
    with pytest.raises(OperationalError):
        call_command("process_bounces", mbox(tmp_path / "box", letters))


def test_what_is_said_to_people(letters, tmp_path):
    out = io.StringIO()
    with pytest.raises(CommandError, match="look at them yourself"):
        call_command("process_bounces", mbox(tmp_path / "box", letters), "--dry-run", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[:3] == ["messages: 7", "hard: 1", "delayed: 1"]
    assert lines[-2:] == [
        "Message 7 cannot be read: 1000001 bytes; at most 1000000 are read",
        "This was a trial: nothing was written.",
    ]
    out = io.StringIO()
    call_command("process_bounces", mbox(tmp_path / "empty", []), stdout=out)
    assert out.getvalue() == "messages: 0\n"


@pytest.mark.parametrize(
    ("name", "why"), [("nowhere", "No such file"), ("folder", "no maildir"), ("", "set BOUNCE_MAILBOX")]
)
def test_a_mailbox_that_is_none(tmp_path, settings, name, why):
    settings.BOUNCE_MAILBOX = ""
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match=why) as raised:
        call_command("process_bounces", name and str(tmp_path / name))
    assert raised.value.returncode == 1


def test_the_worker_reads_the_mailbox_that_is_set(letters, settings):
    settings.BOUNCE_MAILBOX = ""
    cache.clear()
    process_bounces()
    assert rounds.bounces() == "no mailbox"
    with Imap(*letters) as server:
        settings.BOUNCE_MAILBOX = f"imap://bounces:s3cr%20t%22@127.0.0.1:{server.port}/INBOX"
        assert rounds.bounces() == "not read yet"
        process_bounces()
    assert Bounce.objects.count() == 3
    assert rounds.bounces().startswith("last read 2")
    assert rounds.bounces().endswith(", messages 7")
