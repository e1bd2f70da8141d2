"""One message as bytes: headers that nobody can break out of, text and HTML side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
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
_POLICY: Final = SMTP.clone(cte_type="7bit")  # any server takes it, whatever extensions it offers


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
    message = EmailMessage(policy=_POLICY)
    with translation.override(letter.language):
        title = clean(_("Digests of the register"))
    for header, value in {
        "From": Address(clean(name), addr_spec=_address(sender)),
        "To": Address(clean(letter.name), addr_spec=_address(letter.recipient)),
        "Subject": clean(letter.subject),
        "Date": format_datetime(now),
        "Message-ID": clean(letter.message_id),
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "List-Id": f"{title} <digests.{links.host()}>",
        "List-Unsubscribe": f"<{clean(letter.unsubscribe)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }.items():
        message[header] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return Envelope(_address(sender), _address(letter.recipient), message.as_bytes())


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
