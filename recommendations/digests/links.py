"""Addresses that a digest leads to: always at PUBLIC_URL, never from a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from recommendations.models import Delivery, Subscription

_SALT: Final = "recommendations.digests.unsubscribe"  # a signature for this is worth nothing anywhere else


def page(path: str = "") -> str:
    """Return the whole address of one of our pages: `my/` -> https://…/my/."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/{path}"


def host() -> str:
    """Return the name under which the register is known: part of Message-IDs and of the List-Id."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def sign(subscription: Subscription) -> str:
    """Return the last part of the address that ends a subscription."""
    return _signer().sign(subscription.uuid.hex)


def signed(value: str) -> UUID | None:
    """Return which subscription a signed value is about; None when the signature is not ours."""
    try:
        return UUID(_signer().unsign(value))
    except (signing.BadSignature, ValueError):
        return None


def unsubscribe(subscription: Subscription) -> str:
    """Return the address that ends a subscription: by a page for people, by one POST for mail programs (RFC 8058)."""
    return page(f"digests/unsubscribe/{sign(subscription)}/")


def message_id(delivery: Delivery) -> str:
    """Return the one Message-ID of a delivery, however often it is tried."""
    return f"<digest.{delivery.uuid.hex}@{host()}>"


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT, sep=".")
