"""No value breaks out of its header, and no address is written to that is none."""

import datetime as dt
import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.digests import message
from recommendations.digests.message import Letter, Unmailable, clean, seal

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def letter(**changes):
    plain = {
        "message_id": "<digest.1@register.example.org>",
        "recipient": "alice@example.org",
        "name": "Alice",
        "subject": "Weekly digest",
        "text": "Text\n",
        "html": "<p>HTML</p>\n",
        "unsubscribe": "https://register.example.org/digests/unsubscribe/x/",
        "language": "en",
    }
    return Letter(**{**plain, **changes})


def headers(content):
    return content.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "evil",
    [
        "a\r\nBcc: eve@example.org",
        "a\x0bBcc: eve",
        "a\x0cb",
        "a\x85b",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "a\x00b",
        "a\ud800b",
    ],
)
@pytest.mark.parametrize("field", ["subject", "name", "message_id", "unsubscribe"])
def test_a_header_stays_one_header(evil, field):
    content = seal(letter(**{field: evil}), now=NOW).content
    expected = {line.partition(b":")[0] for line in headers(seal(letter(), now=NOW).content).split(b"\r\n")}
    found = {line.partition(b":")[0] for line in headers(content).split(b"\r\n") if not line.startswith(b" ")}
    assert found - {b""} <= expected
    assert message_from_bytes(content, policy=policy.default)["Bcc"] is None


@given(st.text(alphabet=st.characters(codec=None)))
def test_what_is_clean_has_one_line_and_no_controls(value):
    found = clean(value)
    assert not message._UNSAFE.search(found)
    assert len(found.splitlines()) <= 1
    assert clean(found) == found


def test_russian_is_encoded_and_read_back():
    content = seal(letter(subject="Еженедельная сводка", name="Алиса", language="ru"), now=NOW).content
    assert content.isascii()
    parsed = message_from_bytes(content, policy=policy.default)
    assert parsed["Subject"] == "Еженедельная сводка"
    assert parsed["To"] == "Алиса <alice@example.org>"
    assert parsed["List-Id"].endswith("<digests.127.0.0.1>")


@pytest.mark.parametrize("field", ["subject", "name", "from"])
@pytest.mark.parametrize(
    "said",
    [
        "=?utf-8?q?=E2=80=AEevil?= mentioned you",
        "=?utf-8?q?x=0D=0ABcc=3A_e?=",
        "=?utf-8?b?4oCu?=",
        "Иванов-Петровский Александр Владимирович",
        "A —" + " слово, и ещё одно (“в кавычках”)" * 20,
    ],
)
def test_what_is_said_is_read_as_it_was_said_in_words_of_75_characters(settings, said, field):
    settings.DEFAULT_FROM_EMAIL = f'"{said}" <relations@example.org>' if field == "from" else "relations@example.org"
    content = seal(letter(**({} if field == "from" else {field: said})), now=NOW).content
    parsed = message_from_bytes(content)  # the modern parser of Python 3.11 puts blanks between words of a name
    (sender, writes_from), (name, writes_to) = parseaddr(parsed["From"]), parseaddr(parsed["To"])
    found = {"from": sender, "name": name, "subject": parsed["Subject"]}[field]
    assert str(make_header(decode_header(found))) == said
    assert (writes_from, writes_to) == ("relations@example.org", "alice@example.org")
    lines = headers(content).decode().split("\r\n")
    words = [word for line in lines for word in re.findall(r"=\?\S+\?=", line)]
    assert words
    assert max(map(len, words)) <= 75
    assert max(len(line) for line in lines if "=?" in line) <= 76


def test_lines_end_as_the_protocol_wants():
    content = seal(letter(text="a\n.\nb\n", html="<p>я</p>\n" * 300), now=NOW).content
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_domain_in_other_letters_is_written_as_punycode():
    assert seal(letter(recipient="alice@пример.рф"), now=NOW).recipient == "alice@xn--e1afmkfd.xn--p1ai"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "alice",
        "@example.org",
        "алиса@example.org",
        "alice@example.org\r\nRCPT TO:<eve@x>",
        "a b@example.org",
        f"a@{'b' * 300}",
    ],
)
def test_an_address_that_is_none_is_refused(recipient):
    with pytest.raises(Unmailable):
        seal(letter(recipient=recipient), now=NOW)
