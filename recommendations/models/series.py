"""How many recommendations stood where at each of some moments: one question to the versions kept (migration 0005)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from recommendations.rules import access
from recommendations.rules.access import Visibility

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW: Final = dt.datetime.max.replace(tzinfo=dt.UTC)  # after all versions but those that stand: what the tables have
_NEXT: Final = dt.timedelta(microseconds=1)  # times are kept to the microsecond
# A version counts from the first moment that it had begun at to the last one before its end; both are found by halving.
# Those that begin and end between two moments (`since` is `until` then) are seen at none.
_STOOD: Final = """
SELECT width_bucket(valid_from, %(after)s::timestamptz[]) AS since, width_bucket(valid_to, %(after)s::timestamptz[]) AS until,
    verified_status, reported_status, count(*)
FROM history.recommendations_recommendation
WHERE valid_to > %(first)s AND valid_from <= %(last)s
    AND withdrawn_at IS NULL AND elements = 0 AND (shown = %(public)s OR %(sees_all)s)
GROUP BY since, until, verified_status, reported_status
"""
_BEGAN: Final = """
SELECT valid_from FROM history.recommendations_recommendation WHERE shown = %(public)s OR %(sees_all)s
ORDER BY valid_from LIMIT 1
"""


@dataclass(slots=True)
class Standing:
    """How many recommendations had each status by either rating; those that are split are counted by their parts."""

    verified: Counter[str] = field(default_factory=Counter)
    reported: Counter[str] = field(default_factory=Counter)


def stood(moments: Sequence[dt.datetime], *, role: str) -> list[Standing]:
    """Return what stood at each of these moments, the earliest first, for a reader of this role; `NOW` for now.

    One statement. It reads each version that stood at one of them or began since: as many as there are items, at least.
    """
    found = [Standing() for _moment in moments]
    with connection.cursor() as cursor:
        after = ["infinity" if moment == NOW else (moment + _NEXT).isoformat() for moment in moments]
        cursor.execute(_STOOD, {"after": after, "first": moments[0], "last": moments[-1], **_seen(role)})
        for since, until, verified, reported, count in cursor:
            for mark in found[since:until]:
                mark.verified[verified] += count
                mark.reported[reported] += count
    return found


def began(*, role: str) -> dt.datetime | None:
    """Return since when there is anything to look back to, for a reader of this role; None in an empty register."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGAN, _seen(role))
        row = cursor.fetchone()
    return row[0] if row else None


def _seen(role: str) -> dict[str, Any]:
    return {"public": Visibility.PUBLIC, "sees_all": access.may_read_internal(role)}
