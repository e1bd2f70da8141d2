"""One message as bytes: headers that nobody can break out of, text and HTML side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
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
_POLICY: Final = compat32.clone(linesep="\r\n", max_line_length=500)  # no header of ours is folded without need


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
    unsubscribe: str
    language: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail server gets: from whom, to whom, the message with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes


def clean(value: str) -> str:
    """Return a value on one line without any character that could end a header or turn text round."""
    return " ".join(_UNSAFE.sub(" ", value).split())[:_LONGEST]


def seal(letter: Letter, *, now: dt.datetime) -> Envelope:
    """Return the letter as it leaves. Raises `Unmailable`."""
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with translation.override(letter.language):
        title = _text(clean(_("Digests of the register")))
    # The older message classes: they take half the time of `EmailMessage`, which parses each header that it is given.
    message = MIMEMultipart("alternative")
    for header, value in {
        "From": formataddr((clean(name), _address(sender))),
        "To": formataddr((clean(letter.name), _address(letter.recipient))),
        "Subject": _text(clean(letter.subject)),
        "Date": format_datetime(now),
        "Message-ID": clean(letter.message_id),
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "List-Id": f"{title} <digests.{links.host()}>",
        "List-Unsubscribe": f"<{clean(letter.unsubscribe)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }.items():
        message[header] = value
    message.attach(MIMEText(letter.text, "plain", "utf-8"))
    message.attach(MIMEText(letter.html, "html", "utf-8"))
    return Envelope(_address(sender), _address(letter.recipient), message.as_bytes(policy=_POLICY))


def _text(value: str) -> str:
    """Encode what is not ASCII by RFC 2047."""
    return value if value.isascii() else Header(value, "utf-8").encode()


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
