"""Checking history: every event's number, link and hash, recomputed by a query that trusts no stored function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection, models
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterator


class Fault(models.TextChoices):
    """What is wrong with an event."""

    GAP = "gap", pgettext_lazy("history", "an event before it is missing")
    LINK = "link", pgettext_lazy("history", "it does not follow from the event before it")
    CONTENT = "content", pgettext_lazy("history", "its content was altered")
    UNKNOWN = "unknown", pgettext_lazy("history", "no event has this hash")


@dataclass(frozen=True, slots=True)
class Break:
    """An event that history does not lead to."""

    subject: str
    subject_key: str
    sequence: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events were looked at, in how many chains, and where history is broken."""

    events: int
    chains: int
    breaks: tuple[Break, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed or put in between."""
        return not self.breaks


# The same form as rules/chain.py and migration 0002, written out: a stored function could be replaced.
_HASH: Final = """encode(sha256(convert_to(
    previous_hash || E'\\x1f' || subject || E'\\x1f' || subject_key || E'\\x1f' || sequence || E'\\x1f' ||
    verb || E'\\x1f' || actor_key || E'\\x1f' || (extract(epoch FROM recorded_at) * 1000000)::bigint || E'\\x1f' ||
    before::text || E'\\x1f' || after::text, 'UTF8')), 'hex')"""
_BREAKS: Final = f"""
WITH linked AS (
    SELECT e.*, lag(sequence, 1, 0) OVER chain AS last_sequence, lag(hash, 1, repeat('0', 64)) OVER chain AS last_hash
    FROM recommendations_event e
    WINDOW chain AS (PARTITION BY subject, subject_key ORDER BY sequence)
)
SELECT subject, subject_key, sequence,
    CASE WHEN sequence <> last_sequence + 1 THEN 'gap' WHEN previous_hash <> last_hash THEN 'link' ELSE 'content' END
FROM linked
WHERE id > %s AND (sequence <> last_sequence + 1 OR previous_hash <> last_hash OR hash <> {_HASH})
ORDER BY id
"""  # noqa: S608 - constants only
_COUNTS: Final = "SELECT count(*), count(DISTINCT (subject, subject_key)) FROM recommendations_event WHERE id > %s"


def verify(since: str | None = None) -> Verdict:
    """Check all events, or only those recorded after the one with the hash `since`.

    A chain whose tail was cut off is whole in itself: that shows only against a hash noted earlier, which is what
    `since` is for (`Fault.UNKNOWN` when it is not found).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM recommendations_event WHERE hash = %s", [since])
        after = cursor.fetchone()[0]
        if since is not None and after is None:
            return Verdict(0, 0, (Break("", since, 0, Fault.UNKNOWN),))
        cursor.execute(_BREAKS, [after or 0])
        breaks = tuple(Break(subject, key, sequence, Fault(fault)) for subject, key, sequence, fault in cursor)
        cursor.execute(_COUNTS, [after or 0])
        events, chains = cursor.fetchone()
        return Verdict(events, chains, breaks)


def heads() -> Iterator[tuple[str, str, int, str]]:
    """Yield each chain's subject, key, last number and last hash: what to note down elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (subject, subject_key) subject, subject_key, sequence, hash"
            " FROM recommendations_event ORDER BY subject, subject_key, sequence DESC"
        )
        yield from cursor
