"""Checking history: every number, link, hash and head, recomputed by queries that trust no stored function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, models, transaction
from django.utils.translation import pgettext_lazy

from recommendations.models import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.backends.utils import CursorWrapper

MOST: Final = 1000  # breaks of a kind that are listed: nobody reads more, and there may be as many as events
STRIDE: Final = 1_000_000  # events between two steps of progress


class Fault(models.TextChoices):
    """What is wrong with an event, a head, or a version kept of a row."""

    GAP = "gap", pgettext_lazy("history", "an event before it is missing")
    LINK = "link", pgettext_lazy("history", "it does not follow from the event before it")
    CONTENT = "content", pgettext_lazy("history", "its content was altered")
    BELONGING = "belonging", pgettext_lazy("history", "it hangs on another person or recommendation than it names")
    UNKNOWN = "unknown", pgettext_lazy("history", "no event has this hash")
    HEAD_LINK = "head_link", pgettext_lazy("history", "this head does not follow from the one before it")
    HEAD_CONTENT = "head_content", pgettext_lazy("history", "events up to this head were altered, removed or added")
    HEAD_MISSING = "head_missing", pgettext_lazy("history", "this head was published and is missing")
    HEAD_ALTERED = "head_altered", pgettext_lazy("history", "this head was published with another root")
    VERSION = "version", pgettext_lazy("history", "the newest version kept of this row is not what the row says")
    SPAN = "span", pgettext_lazy("history", "the versions kept of this row overlap, or leave a time out")


@dataclass(frozen=True, slots=True)
class Break:
    """What history does not lead to: an event, a head (`head`, its day), or a kept row (its table, its number)."""

    subject: str
    subject_key: str
    sequence: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Noted:
    """A head as somebody noted it: what `heads.json` says of a day."""

    day: str
    events: int
    root: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was looked at, and where history is broken (the first thousand of a kind)."""

    events: int
    chains: int
    breaks: tuple[Break, ...]
    heads: int = 0
    versions: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed or put in between."""
        return not self.breaks


# The same form as rules/chain.py and migration 0002, written out: a stored function could be replaced.
_HASH: Final = """encode(sha256(convert_to(
    e.previous_hash || E'\\x1f' || e.subject || E'\\x1f' || e.subject_key || E'\\x1f' || e.sequence || E'\\x1f' ||
    e.verb || E'\\x1f' || e.actor_key || E'\\x1f' || (extract(epoch FROM e.recorded_at) * 1000000)::bigint || E'\\x1f' ||
    e.before::text || E'\\x1f' || e.after::text, 'UTF8')), 'hex')"""
# No compiling, which takes longer than it saves. Workers share 32 MB × 2 × 3 at most, which the shared memory of a
# container holds; they are worth their start, though the planner expects every event to be broken and to be handed on.
_SETTINGS: Final = """
SET LOCAL jit = off; SET LOCAL work_mem = '32MB'; SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0
"""
# Every table by its schema: one of the same name could stand before it.
# What is found is limited after it was found: told of the limit, the planner would take one worker and each row by itself.
_CONTENT: Final = f"""
WITH wrong AS MATERIALIZED (
SELECT e.id, e.subject, e.subject_key, e.sequence, CASE WHEN e.hash <> {_HASH} THEN 'content' ELSE 'belonging' END
  FROM public.recommendations_event e
  LEFT JOIN public.recommendations_person p ON p.id = e.actor_id
  LEFT JOIN public.recommendations_recommendation r ON r.id = e.recommendation_id
 WHERE e.id > %(after)s AND e.id <= %(upto)s AND (e.hash <> {_HASH} OR e.actor_key <> coalesce(p.uuid::text, 'system')
    OR (e.subject = 'recommendation' AND e.subject_key IS DISTINCT FROM r.reference)))
SELECT * FROM wrong LIMIT {MOST}
"""  # noqa: S608 - constants only
_LINKS: Final = f"""
WITH wrong AS MATERIALIZED (
SELECT e.id, e.subject, e.subject_key, e.sequence, CASE WHEN e.sequence = 1 OR EXISTS (
        SELECT FROM public.recommendations_event b WHERE b.subject = e.subject AND b.subject_key = e.subject_key
        AND b.sequence = e.sequence - 1) THEN 'link' ELSE 'gap' END
  FROM public.recommendations_event e
  LEFT JOIN public.recommendations_event b ON b.hash = e.previous_hash AND b.subject = e.subject
   AND b.subject_key = e.subject_key AND b.sequence = e.sequence - 1
 WHERE e.id > %(after)s AND b.id IS NULL AND (e.sequence <> 1 OR e.previous_hash <> repeat('0', 64)))
SELECT * FROM wrong LIMIT {MOST}
"""  # noqa: S608 - constants only
_COUNT: Final = "SELECT count(*), coalesce(max(id), 0) FROM public.recommendations_event WHERE id > %(after)s"
_CHAINS: Final = """
SELECT count(*) FROM (SELECT DISTINCT subject, subject_key FROM public.recommendations_event WHERE id > %(after)s) AS one
"""
_HEADS: Final = """
WITH head AS (
    SELECT h.*, row_number() OVER by_day - 1 AS number, lag(root, 1, repeat('0', 64)) OVER by_day AS last_root,
        lag(events, 1, 0::bigint) OVER by_day AS last_events, lag(last_event, 1, 0::bigint) OVER by_day AS earlier
      FROM public.recommendations_head h WINDOW by_day AS (ORDER BY day)
), since AS (
    SELECT width_bucket(e.id, (SELECT array_agg(last_event + 1 ORDER BY day) FROM head)) AS number, count(*) AS events,
        max(e.id) AS last_event, string_agg(e.hash, '' ORDER BY e.id) AS hashes
      FROM public.recommendations_event e WHERE e.id <= (SELECT max(last_event) FROM head) GROUP BY 1
)
SELECT head.day, CASE WHEN head.previous_root <> head.last_root THEN 'head_link' ELSE 'head_content' END
  FROM head LEFT JOIN since USING (number)
 WHERE head.previous_root <> head.last_root OR head.events <> head.last_events + coalesce(since.events, 0)
    OR head.last_event <> coalesce(since.last_event, head.earlier)
    OR head.root <> encode(sha256(convert_to(head.previous_root || coalesce(since.hashes, ''), 'UTF8')), 'hex')
 ORDER BY head.day
"""
_PUBLISHED: Final = "SELECT day, events, root FROM public.recommendations_head ORDER BY day"


def verify(
    since: str | None = None, *, noted: Iterable[Noted] = (), progress: Callable[[float], None] | None = None
) -> Verdict:
    """Check all events (or only those recorded after the one with the hash `since`), all heads and kept versions.

    A history whose tail was cut off, or that its owner wrote anew with right hashes, is whole in itself: that shows only
    against what was noted earlier elsewhere, a hash (`since`; `Fault.UNKNOWN` when it is not found) or published heads
    (`noted`). `progress` is told what part is done, from 0 to 1.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        after = _place(cursor, since)
        if after is None:
            return Verdict(0, 0, (Break("", str(since), 0, Fault.UNKNOWN),))
        return _look(cursor, after, noted, progress or (lambda _part: None))


def _look(cursor: CursorWrapper, after: int, noted: Iterable[Noted], progress: Callable[[float], None]) -> Verdict:
    cursor.execute(_COUNT, {"after": after})
    events, last = cursor.fetchone()
    tables = versions.tables(cursor)
    ranges = range(after, last, STRIDE)
    steps = len(ranges) + 3 + len(tables)
    found: dict[int, tuple[str, str, int, str]] = {}
    for done, start in enumerate(ranges):
        cursor.execute(_CONTENT, {"after": start, "upto": min(start + STRIDE, last)})
        found |= {row[0]: row[1:] for row in cursor if len(found) < MOST}
        progress((done + 1) / steps)
    cursor.execute(_LINKS, {"after": after})
    found |= {row[0]: row[1:] for row in cursor}  # what does not follow is told before what was altered
    progress((len(ranges) + 1) / steps)
    cursor.execute(_CHAINS, {"after": after})
    chains = cursor.fetchone()[0]
    progress((len(ranges) + 2) / steps)
    breaks = [Break(*found[number][:3], Fault(found[number][3])) for number in sorted(found)]
    heads = _heads(cursor, breaks, noted)
    kept = 0
    for done, table in enumerate(tables):
        progress((len(ranges) + 3 + done) / steps)
        count, wrong = versions.check(cursor, table, MOST)
        kept += count
        breaks += [Break(table.name, key, 0, Fault(fault)) for key, fault in wrong]
    progress(1)
    return Verdict(events, chains, tuple(breaks), heads, kept)


def _place(cursor: CursorWrapper, since: str | None) -> int | None:
    """Return the id after which to look, 0 for the beginning, None when no event has the hash."""
    if since is None:
        return 0
    cursor.execute("SELECT max(id) FROM public.recommendations_event WHERE hash = %s", [since])
    place: int | None = cursor.fetchone()[0]
    return place


def _heads(cursor: CursorWrapper, breaks: list[Break], noted: Iterable[Noted]) -> int:
    """Add what is wrong with heads to `breaks`; return how many there are."""
    cursor.execute(_HEADS)
    breaks += [Break("head", day.isoformat(), 0, Fault(fault)) for day, fault in cursor]
    cursor.execute(_PUBLISHED)
    standing = {day.isoformat(): Noted(day.isoformat(), events, root) for day, events, root in cursor}
    for head in noted:
        if head.day not in standing:
            breaks.append(Break("head", head.day, 0, Fault.HEAD_MISSING))
        elif standing[head.day] != head:
            breaks.append(Break("head", head.day, 0, Fault.HEAD_ALTERED))
    return len(standing)


def heads() -> Iterator[tuple[str, str, int, str]]:
    """Yield each chain's subject, key, last number and last hash: what to note down elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (subject, subject_key) subject, subject_key, sequence, hash"
            " FROM recommendations_event ORDER BY subject, subject_key, sequence DESC"
        )
        yield from cursor


def as_plain(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON can say it."""
    names = ("subject", "subject_key", "sequence")
    breaks = [{**{n: getattr(b, n) for n in names}, "fault": b.fault.value} for b in verdict.breaks]
    counts = {name: getattr(verdict, name) for name in ("events", "chains", "heads", "versions")}
    return {**counts, "breaks": breaks, "is_whole": verdict.is_whole}
