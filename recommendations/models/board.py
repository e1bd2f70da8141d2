"""A list by leading status: the first items of each status, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import F

from recommendations.models import facets, finding, listing
from recommendations.rules.lifecycle import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recommendations.models.narrowing import Reader
    from recommendations.models.recommendation import RecommendationQuerySet

SHOWN: Final = 12  # cards of a column


@dataclass(frozen=True, slots=True)
class Column:
    """The items of one status: rows as `listing.as_rows` makes them, at most `SHOWN`, and how many there are in all."""

    status: Status
    rows: list[dict[str, Any]]
    count: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.rows)

    @property
    def is_long(self) -> bool:
        """Whether nobody counted to the end."""
        return self.count > facets.MOST


def columns(
    items: RecommendationQuerySet, statuses: Iterable[Status], ordering: str, *, person: Reader,
    counts: Mapping[str, int] | None,
) -> list[Column]:  # fmt: skip
    """Divide a list: two statements, or three when nobody has counted it (`counts` by status: None)."""
    wanted = tuple(statuses)
    keys = _keys(items, wanted, ordering)
    rows = finding.fetched([key for some in keys.values() for key in some], person=person)
    sizes = _sizes(items, wanted) if counts is None else counts
    return [
        Column(status, [rows[key] for key in keys[status] if key in rows], sizes.get(status, 0)) for status in wanted
    ]


def _keys(items: RecommendationQuerySet, statuses: tuple[Status, ...], ordering: str) -> dict[Status, list[int]]:
    rows, order = listing.ordered(items, ordering)
    sign = "-" if order.descending else ""
    placed = rows.annotate(place=F(order.column)).order_by(f"{sign}place", f"{sign}id")
    firsts = [placed.filter(status=status).values_list("status", "place", "id")[:SHOWN] for status in statuses]
    found: dict[Status, list[int]] = {status: [] for status in statuses}
    # The parts of a union come in any order.
    for status, _place, key in sorted(firsts[0].union(*firsts[1:], all=True), reverse=order.descending):
        found[Status(status)].append(key)
    return found


def _sizes(items: RecommendationQuerySet, statuses: tuple[Status, ...]) -> dict[str, int]:
    some = [items.filter(status=status).values("status")[: facets.MOST + 1] for status in statuses]
    statement, values = some[0].union(*some[1:], all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT status, count(*) FROM ({statement}) counted GROUP BY status", values)  # noqa: S608 - Django's
        return dict(cursor.fetchall())
