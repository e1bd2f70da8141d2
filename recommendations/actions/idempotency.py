"""Writes that may be sent a second time under a key of the sender's: one effect, and the same answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from recommendations.actions import keeping, sealing
from recommendations.models import IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from recommendations.models import Person

LIFETIME: Final = dt.timedelta(days=1)
PURPOSE: Final = "idempotency"
# Whoever comes second waits here for the end of the first one's transaction, and then sees its answer or, when that came
# to nothing, is the first one.
_CLAIM: Final = """
INSERT INTO recommendations_idempotencykey AS k (person_id, key_sha256, request_sha256, made_at, status, headers, body)
VALUES (%s, %s, %s, %s, 0, '{}', '')
ON CONFLICT (person_id, key_sha256) DO UPDATE SET person_id = k.person_id
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a write: an HTTP status, header fields and the bytes of the body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def once(
    key: str, asked: str, make: Callable[[], Answer], *, person: Person, now: dt.datetime
) -> tuple[Answer | None, bool]:
    """Return the answer to a write and whether it was given before; None when the key was used for something else.

    `make` acts and answers; it runs in one transaction with the key's row, at most once for all who say the same key.
    `asked` is a hash of all that the request says. When `make` raises, nothing is written, and the key is as if new.
    """
    with keeping.undone_together(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [person.pk, sha256(key.encode()).hexdigest(), asked, now])
            kept = IdempotencyKey.objects.get(pk=cursor.fetchone()[0])
        if kept.status:
            return _told_again(kept, key, asked), True
        made = make()
        kept.status, kept.headers = made.status, made.headers
        kept.body = sealing.seal(made.body, PURPOSE, key)
        kept.save(update_fields=["status", "headers", "body"])
        return made, False


def forget(now: dt.datetime) -> int:
    """Delete the answers that were kept for a day; return how many. No act of people, no event."""
    gone, _each = IdempotencyKey.objects.filter(made_at__lt=now - LIFETIME).delete()
    return gone


def _told_again(kept: IdempotencyKey, key: str, asked: str) -> Answer | None:
    """Open what was kept; None for another request, and after the site's secret was changed for good."""
    body = sealing.unseal(bytes(kept.body), PURPOSE, key) if kept.request_sha256 == asked else None
    said: dict[str, Any] = kept.headers
    return None if body is None else Answer(kept.status, said, body)
