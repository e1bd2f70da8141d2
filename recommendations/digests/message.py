"""One message as bytes: headers that nobody can break out of, text and HTML side by side."""

from __future__ import annotations

import re
from binascii import b2a_base64
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, formataddr, parseaddr
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.digests import links

if TYPE_CHECKING:
    import datetime as dt

# C0, DEL and C1 controls, line and paragraph separators, bidi marks, embeddings, overrides and isolates, lone surrogates
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_LONGEST: Final = 1_000
_BOUNDARY: Final = "=_relations_digest"  # what base64 never has
_WIDTH: Final = 76
_WORD: Final = 75  # the longest encoded word (RFC 2047)


class Unmailable(ValueError):
    """There is no way to write to this address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest in words, addressed."""

    message_id: str
    recipient: str
    name: str
    subject: str
    text: str
    html: str
    unsubscribe: str  # empty: it is no digest
    language: str
    bounces_to: str = ""  # empty: to whom it is from


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail server gets: where it goes when it cannot be delivered, to whom, the message with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes

    @property
    def domain(self) -> str:
        """What stands behind the @ of whom it is for."""
        return self.recipient.rpartition("@")[2].lower()


def clean(value: str) -> str:
    """Return a value on one line without any character that could end a header or turn text round."""
    return " ".join(_UNSAFE.sub(" ", value).split())[:_LONGEST]


def seal(letter: Letter, *, now: dt.datetime) -> Envelope:
    """Return the letter as it leaves. Raises `Unmailable`."""
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    headers = {
        "From": _mailbox(clean(name), _address(sender), "From"),
        "To": _mailbox(clean(letter.name), _address(letter.recipient), "To"),
        "Subject": _text(clean(letter.subject), "Subject"),
        "Date": format_datetime(now),
        "Message-ID": clean(letter.message_id),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{_BOUNDARY}"',
        **_of_a_list(letter),
    }
    parts = (*_part("plain", letter.text), *_part("html", letter.html), f"--{_BOUNDARY}--\r\n".encode())
    return Envelope(
        _address(letter.bounces_to or sender), _address(letter.recipient), b"".join((*_lines(headers), *parts))
    )


def _lines(headers: dict[str, str]) -> list[bytes]:
    """Write headers out, by hand: Python's message classes take longer for it than all the rest of a letter takes."""
    lines = [f"{header}: {value}\n" for header, value in headers.items()]
    return ["".join([*lines, "\n"]).replace("\n", "\r\n").encode("ascii")]


def _part(kind: str, text: str) -> list[bytes]:
    """Write one form of the letter, in lines that every server takes."""
    coded = b2a_base64(text.encode(), newline=False)
    lines = [coded[start : start + _WIDTH] for start in range(0, len(coded), _WIDTH)]
    headers = {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": "base64"}
    return [f"--{_BOUNDARY}\r\n".encode(), *_lines(headers), b"\r\n".join(lines), b"\r\n"]


def _of_a_list(letter: Letter) -> dict[str, str]:
    """Return what mail programs want to know of a list; a letter that belongs to none has nowhere to unsubscribe."""
    if not letter.unsubscribe:
        return {}
    with translation.override(letter.language):
        title = _text(clean(_("Digests of the register")))
    return {
        "Precedence": "bulk",
        "List-Id": f"{title} <digests.{links.host()}>",
        "List-Unsubscribe": f"<{clean(links.in_ascii(letter.unsubscribe))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _text(value: str, header: str = "List-Id") -> str:
    """Encode what is not ASCII, or would be taken for encoded, by RFC 2047: in words of a length that is allowed."""
    is_plain = value.isascii() and "=?" not in value
    return value if is_plain else Header(value, "utf-8", maxlinelen=_WORD, header_name=header).encode()


def _mailbox(name: str, address: str, header: str) -> str:
    """Return whom a letter is from or for; an encoded name has lines of its own."""
    coded = _text(name, header)
    return formataddr((name, address)) if coded == name else f"{coded}\n <{address}>"


def _address(value: str) -> str:
    """Return an address in ASCII, a domain in other letters as Punycode; the local part has to be ASCII."""
    local, _at, domain = value.rpartition("@")
    if clean(value) != value:
        raise Unmailable(f"{clean(value)} is not an address that mail can go to")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
        plain.encode("ascii")
        Address(addr_spec=plain)
    except (UnicodeError, ValueError, IndexError, HeaderParseError) as wrong:
        raise Unmailable(f"{clean(value)} is not an address that mail can go to") from wrong
    return plain
