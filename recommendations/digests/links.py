"""Addresses that a digest leads to: always at PUBLIC_URL, never from a request."""

from __future__ import annotations

import datetime as dt
import re
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from recommendations.actions.reply import Link
from recommendations.models.reply import ReplyKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recommendations.models import Delivery, Subscription

# A signature for one of these is worth nothing for another.
_SALT: Final = "recommendations.digests.unsubscribe"
_MANAGE: Final = "recommendations.digests.manage"
_CONFIRM: Final = "recommendations.digests.confirm"
_NEVER: Final = "recommendations.digests.never"
_ANSWER: Final = "recommendations.digests.answer"
WAYS: Final = {kind: kind.replace("_", "-") for kind in ReplyKind}  # as they stand in an address
_ANSWERS: Final = re.compile(r"digests/answer/[\w-]+\.\w+\.([A-Z0-9]+-[0-9]+)\.[\w-]+/[a-z-]+/")
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_BOUNCE: Final = "recommendations.digests.bounce"
_BOUNCE_ADDRESS: Final = re.compile(r"\+([0-9a-f]{32})\.([a-z2-7]{16})@")
_MESSAGE_ID: Final = re.compile(r"digest\.([0-9a-f]{32})@(\S+?)>?")
_UNSUBSCRIBE: Final = re.compile(r"/digests/unsubscribe/([0-9A-Za-z._-]{1,200})/")


class Way(NamedTuple):
    """One way to answer: what is on the button, and where it leads."""

    label: str
    url: str


def page(path: str = "") -> str:
    """Return the whole address of one of our pages: `my/` -> https://…/my/."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/{path}"


def host() -> str:
    """Return the name under which the register is known, in ASCII: part of Message-IDs and of the List-Id."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "localhost").encode("idna").decode()


def in_ascii(address: str) -> str:
    """Return an address as it can stand in a header: a host in other letters as Punycode."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    return parts._replace(netloc=parts.netloc.lower().replace(name, name.encode("idna").decode())).geturl()


def sign(subscription: Subscription) -> str:
    """Return the last part of the address that ends a subscription."""
    return _signer().sign(subscription.uuid.hex)


def signed(value: str) -> UUID | None:
    """Return which subscription a signed value is about; None when the signature is not ours."""
    return _unsigned(value, _SALT)


def unsubscribe(subscription: Subscription) -> str:
    """Return the address that ends a subscription: by a page for people, by one POST for mail programs (RFC 8058)."""
    return page(f"digests/unsubscribe/{sign(subscription)}/")


def manage(subscription: Subscription) -> str:
    """Return where a digest is changed: people sign in there, a visitor's link is the permission."""
    return page(f"digests/manage/{sign_to_manage(subscription)}/" if subscription.person_id is None else "digests/")


def sign_to_manage(subscription: Subscription) -> str:
    """Return the last part of the address by which a visitor changes a digest."""
    return _signer(_MANAGE).sign(subscription.uuid.hex)


def signed_to_manage(value: str) -> UUID | None:
    """Return which subscription such an address is about; None when the signature is not ours."""
    return _unsigned(value, _MANAGE)


def confirm(letter: Delivery) -> str:
    """Return the address that confirms what a letter asks for, as long as it counts."""
    said = f"{letter.subscription.uuid.hex}-{int(letter.period_end.timestamp())}"
    return page(f"digests/confirm/{_signer(_CONFIRM).sign(said)}/")


def signed_to_confirm(value: str) -> tuple[UUID, dt.datetime] | None:
    """Return which subscription such an address is about, and until when it counts; None when the signature is not ours."""
    try:
        subscription, _dash, until = _signer(_CONFIRM).unsign(value).partition("-")
    except signing.BadSignature:
        return None
    return UUID(subscription), dt.datetime.fromtimestamp(int(until), dt.UTC)


def never(subscription: Subscription) -> str:
    """Return the address by which whoever got a letter wants no other, as long as it is known whom it went to."""
    return page(f"digests/never/{_signer(_NEVER).sign(subscription.uuid.hex)}/")


def signed_never(value: str) -> UUID | None:
    """Return whose address such an address is about; None when the signature is not ours."""
    return _unsigned(value, _NEVER)


def message_id(delivery: Delivery) -> str:
    """Return the one Message-ID of a delivery, however often it is tried."""
    return f"<digest.{delivery.uuid.hex}@{host()}>"


def answers(signed_part: str, kinds: Iterable[ReplyKind]) -> list[Way]:
    """Return the ways to answer for an item by what `sign_to_answer` made, in the language that is active."""
    return [Way(str(kind.label), page(f"digests/answer/{signed_part}/{WAYS[kind]}/")) for kind in kinds]


def sign_to_answer(link: Link) -> str:
    """Return what an address has to have for a digest to be answered by it: which one, when it was written, which item."""
    delivery = urlsafe_b64encode(link.delivery.bytes).decode().rstrip("=")
    moment = signing.b62_encode((link.made_at - _EPOCH) // _MICROSECOND)
    return _signer(_ANSWER).sign(f"{delivery}.{moment}.{link.reference}")


def signed_to_answer(value: str) -> Link | None:
    """Return what an address answers for; None when the signature is not ours."""
    try:
        delivery, moment, reference = _signer(_ANSWER).unsign(value).split(".")
    except signing.BadSignature:
        return None
    made_at = _EPOCH + signing.b62_decode(moment) * _MICROSECOND
    return Link(UUID(bytes=urlsafe_b64decode(f"{delivery}==")), reference, made_at)


def kept(letter: str) -> str:
    """Return a letter as it is kept: to answer from there one signs in, since others may read it than its reader."""
    return _ANSWERS.sub(r"recommendations/\1/assess/", letter)


def named(message_id: str) -> UUID | None:
    """Return which delivery a Message-ID of ours names. It is no secret to whoever saw an answer to the mail."""
    found = _MESSAGE_ID.fullmatch(message_id.strip().removeprefix("<"))
    return UUID(found[1]) if found and found[2].lower() == host().lower() else None


def bounces_to(delivery: Delivery) -> str:
    """Return the envelope address of a delivery, by which what comes back is known; empty without BOUNCE_ADDRESS.

    In small letters and digits, as some servers change the case: bounces+<32 for the delivery>.<16 that sign it>@…
    """
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{delivery.uuid.hex}.{_short(delivery.uuid.hex)}@{domain}" if local else ""


def signed_bounce(value: str) -> UUID | None:
    """Return which delivery such an address somewhere in a text is about; None when the signature is not ours."""
    found = _BOUNCE_ADDRESS.search(value.lower())
    return UUID(found[1]) if found and constant_time_compare(found[2], _short(found[1])) else None


def unsubscribed(header: str) -> UUID | None:
    """Return which subscription the List-Unsubscribe of a mail of ours ends; None when the signature is not ours."""
    found = _UNSUBSCRIBE.search(header)
    return signed(found[1]) if found else None


def _short(value: str) -> str:
    """Sign in 80 bits, as an envelope's local part has no more room: nobody can try signatures faster than mail is read."""
    return b32encode(salted_hmac(_BOUNCE, value, algorithm="sha256").digest()[:10]).decode().lower()


def _unsigned(value: str, salt: str) -> UUID | None:
    try:
        return UUID(_signer(salt).unsign(value))
    except (signing.BadSignature, ValueError):
        return None


def _signer(salt: str = _SALT) -> signing.Signer:
    return signing.Signer(salt=salt, sep=".")
