"""The canonical form of an event and its hash: what anybody with an export can recompute.

The database sets the hash (SHA-256); this is the same rule in Python, and a test holds the two against each other.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import datetime as dt

GENESIS: Final = "0" * 64
SEPARATOR: Final = "\x1f"


def canonical_json(value: object) -> str:
    """Write JSON as PostgreSQL prints jsonb: keys by length, then by bytes; one space after comma and colon."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(", ", ": "))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: (len(k.encode()), k.encode()))
        return {k: _ordered(value[k]) for k in keys}
    if isinstance(value, list):
        return [_ordered(v) for v in value]
    return value


def event_hash(
    *,
    previous_hash: str,
    subject: str,
    subject_key: str,
    sequence: int,
    verb: str,
    actor: str,
    recorded_at: dt.datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> str:
    """Return the SHA-256 (64 lower-case hex digits) of an event's fields joined by U+001F.

    `recorded_at` is aware; it enters as microseconds since 1970-01-01 UTC.
    """
    micros = round(recorded_at.timestamp() * 1_000_000)
    fields = (previous_hash, subject, subject_key, str(sequence), verb, actor, str(micros))
    text = SEPARATOR.join((*fields, canonical_json(before), canonical_json(after)))
    return hashlib.sha256(text.encode()).hexdigest()
