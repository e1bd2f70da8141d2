"""What a message says, and what a hostile one gets."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.digests.returned import report
from recommendations.digests.returned.report import Unreadable, read
from tests.digests.returned.letters import complaint, dsn, failed, out_of_office


def test_a_report_of_a_failure():
    found = read(
        dsn(failed("Alice@Example.org"), to="bounces+x@register.example.org", original="Message-ID: <a@b>\n\n")
    )
    assert (found.kind, found.status, found.diagnostic) == ("hard", "5.1.1", "550 5.1.1 No such user")
    assert (found.recipients, found.message_id) == (("alice@example.org",), "<a@b>")
    assert "bounces+x@register.example.org" in found.places


@pytest.mark.parametrize(
    ("fields", "kind", "status"),
    [
        (failed("a@b.org", "5.1.1"), "hard", "5.1.1"),
        (failed("a@b.org", "5.2.2", "552 5.2.2 full"), "soft", "5.2.2"),
        (failed("a@b.org", "4.4.7", "timeout"), "soft", "4.4.7"),
        (failed("a@b.org", "4.4.1", "", action="delayed"), "delayed", "4.4.1"),
        (failed("a@b.org", "5.0.0", "550 5.7.1 no"), "hard", "5.7.1"),
        (failed("a@b.org", "5.0.0", "550 no"), "hard", "5.0.0"),
        (failed("a@b.org", "", "no"), "soft", ""),
        (failed("a@b.org", "2.0.0", "", action="delivered"), None, ""),
        (failed("a@b.org", "2.0.0", "", action="expanded"), None, ""),
    ],
)
def test_kinds(fields, kind, status):
    found = read(dsn(fields))
    assert (found.kind, found.status) == (kind, status)
    assert found.kind or found.is_automatic


def test_of_several_recipients_the_least_bad_news_counts():
    found = read(dsn(failed("a@b.org"), failed("c@d.org", "4.2.1", "later")))
    assert (found.kind, found.recipients) == ("soft", ("a@b.org", "c@d.org"))
    assert read(dsn(failed("a@b.org"), failed("c@d.org", "2.0.0", "", action="relayed"))).kind is None


def test_mail_that_came_back_whole_is_read_and_not_what_is_in_it():
    inner = dsn(failed("a@b.org"), original="Message-ID: <inner@x>\n\n").decode()
    found = read(
        dsn(failed("z@b.org"), original="Message-ID: <outer@x>\nReturn-Path: <bounces+y@z>\n\nText", whole=True)
    )
    assert (found.message_id, "<bounces+y@z>" in found.places) == ("<outer@x>", True)
    forwarded = f"From: a@b.org\nTo: c@d.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n{inner}"
    assert read(forwarded.encode()) == report.Report()


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_a_complaint(kind):
    more = "Original-Mail-From: <bounces+z@register.example.org>\nOriginal-Rcpt-To: <Alice@example.org>\n"
    original = "Message-ID: <a@b>\nList-Unsubscribe: <https://x/>\n\nText"
    found = read(complaint(original, kind=kind, more=more))
    assert (found.kind, found.diagnostic) == ("complaint", f"{kind}, Provider/1")
    assert (found.message_id, found.unsubscribe) == ("<a@b>", "<https://x/>")
    assert (found.recipients, "<bounces+z@register.example.org>" in found.places) == (("alice@example.org",), True)


def test_feedback_that_is_no_complaint():
    found = read(complaint("Message-ID: <a@b>\n\n", kind="not-spam"))
    assert (found.kind, found.is_automatic) == (None, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
    ],
)
def test_answers_of_machines(headers):
    assert read(out_of_office(**headers)).is_automatic


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "no"}, {"Precedence": "list"}])
def test_what_may_be_of_a_person(headers):
    assert read(out_of_office(**headers)) == report.Report()


def nested(depth):
    inner = b"Content-Type: text/plain\n\nhello\n"
    for level in range(depth):
        mark = b"=_%d" % level
        inner = b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n%s\n--%s--\n' % (mark, mark, inner, mark)
    return inner


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x" * (report.LARGEST + 1), "bytes"),
        (nested(10), "8 deep"),
        (nested(2_000), "parts in parts"),
    ],
)
def test_what_cannot_be_read_is_said(content, why):
    with pytest.raises(Unreadable, match=why):
        read(content)


def test_parser_that_gives_up_is_said(monkeypatch):
    def recursive(_content):
        raise RecursionError

    monkeypatch.setattr(report, "message_from_bytes", recursive)
    with pytest.raises(Unreadable, match="RecursionError"):
        read(b"")


def test_hostile_messages_that_can_be_read():
    large = b"X-Large: " + b"a" * 100_000 + b"\n"
    header = b"Delivered-To: =?nonsense?q?=ff=fe?= \xff\xfe\x00 <a@b.org>\n" * 10_000
    found = read(large + header + dsn(failed("\udcffa@b.org", said="\x1b[31m550 \u202e5.1.1")))
    assert (found.kind, found.status) == ("hard", "5.1.1")
    assert "\x1b" not in found.diagnostic
    assert len(found.places) < 200
    charset = dsn(failed("a@b.org")).replace(b"text/plain", b'text/plain; charset="no-such\x00"')
    assert read(charset.replace(b"text/rfc822-headers", b"text/rfc822-headers; charset=x")).kind == "hard"


def test_reports_with_nothing_in_them():
    empty = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: %s\n\n\n--b\nContent-Type: message/rfc822\n\n\n--b--\n'
    assert read(empty % b"message/delivery-status").is_automatic
    assert read(empty % b"message/feedback-report").is_automatic
    assert read(b"Content-Type: message/delivery-status").is_automatic
    assert read(b"Content-Type: message/feedback-report").is_automatic
    lone = dsn(failed("a@b.org")).replace(b"text/rfc822-headers", b"image/png")
    assert (read(lone).kind, read(lone).message_id) == ("hard", "")


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_said_to_be_unreadable(content):
    for text in (content, dsn({"Action": "failed"}).replace(b"failed", content)):
        with suppress(Unreadable):
            assert read(text)
