"""The link that leads to the first administrator: signed, for a day, and worth nothing once there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.signing import BadSignature, TimestampSigner

from recommendations.actions import person

LIFETIME: Final = timedelta(days=1)
_SIGNER: Final = TimestampSigner(salt="recommendations.founding")
_SAID: Final = "found"


def invite() -> str:
    """Return a token for the address of the set-up page."""
    return _SIGNER.sign(_SAID)


def is_open(token: str) -> bool:
    """Tell whether the token still leads somewhere: ours, not too old, and nobody was faster."""
    try:
        said = _SIGNER.unsign(token, max_age=LIFETIME)
    except BadSignature:  # or expired, which is one of them
        return False
    return said == _SAID and not person.has_administrator()
