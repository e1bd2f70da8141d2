"""A page of the list of recommendations, as pages and API show it: found, corrected, ranked, and fetched as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from recommendations.models import keyset, listing, relevance, spelling
from recommendations.models.keyset import Page
from recommendations.models.person import role_of
from recommendations.models.recommendation import Recommendation
from recommendations.rules import access

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.models.spelling import Spelling
    from recommendations.rules.selection import Selection

    Reader = Person | Register | AnonymousUser | None


_NOTHING: Final = Page([], None, None)


@dataclass(frozen=True, slots=True)
class Found:
    """A page whose rows are as `listing.as_rows` makes them, and all that the list has (`items`, in no order).

    `spelling` tells which words were looked for instead of those asked for, since these found nothing.
    """

    page: Page
    items: RecommendationQuerySet
    spelling: Spelling | None = None
    known: int | None = None

    def count(self, most: int | None = None) -> int:
        """Count them all, or no further than `most`; without a statement when the page or the search tells."""
        if self.known is not None:
            return self.known
        if self.page.next is None and self.page.previous is None:
            return len(self.page.rows)
        return self.items[:most].count()


def find(
    wanted: Selection, *, person: Reader, today: dt.date, cursor: str | None, size: int,
    without: frozenset[str] = frozenset(),
) -> Found:  # fmt: skip
    """Find a page: two statements, four or five for a search, seven when words were misspelt, ten when nothing has them all.

    `without` names parts of a row (`listing.PARTS`) that nobody needs. Raises `Invalid` for a cursor of another list.
    """
    found = _keys(wanted, person, today, cursor, size)
    if wanted.q and cursor is None and not found.page.rows:
        for other in spelling.instead(wanted.q, person):
            tried = _keys(replace(wanted, q=other.used), person, today, cursor, size)
            if tried.page.rows:
                found = replace(tried, spelling=other)
                break
    return replace(found, page=_fetched(found.page, person, without))


def matching(wanted: Selection, *, person: Reader, today: dt.date) -> Found:
    """Find what a list has without a page of it: no statement, one for a search, more when nothing is found by its words."""
    items = _selected(wanted, person, today)
    if wanted.q and not items.exists():
        for other in spelling.instead(wanted.q, person):
            tried = _selected(replace(wanted, q=other.used), person, today)
            if tried.exists():
                return Found(_NOTHING, tried, other)
    return Found(_NOTHING, items)


def fetched(keys: Sequence[int], *, person: Reader) -> dict[int, dict[str, Any]]:
    """Return the rows of these items by id: one statement."""
    return {row["id"]: row for row in _rows(keys, person, frozenset())} if keys else {}


def _selected(wanted: Selection, person: Reader, today: dt.date) -> RecommendationQuerySet:
    return Recommendation.objects.visible_to(person).selected(wanted, person=person, today=today).order_by()


def _keys(wanted: Selection, person: Reader, today: dt.date, cursor: str | None, size: int) -> Found:
    items = _selected(wanted, person, today)
    question = repr(wanted)
    if wanted.ordering.removeprefix("-") == relevance.NAME:
        page, known = relevance.page(
            items, wanted.q, ordering=wanted.ordering, cursor=cursor, size=size, question=question
        )
        return Found(page, items, known=known)
    known = None
    if wanted.q:
        items, known = _few(items)
    ordered, order = listing.ordered(items, wanted.ordering)
    page = keyset.page(ordered.values("id", order.column), order, cursor=cursor, size=size, question=question)
    return Found(replace(page, rows=[row["id"] for row in page.rows]), items, known=known)


def _few(items: RecommendationQuerySet) -> tuple[RecommendationQuerySet, int | None]:
    """Name the hits by their keys when they are few, and count them: else all of a list is walked to meet them in its order."""
    keys = relevance.newest(items.values_list("id", flat=True))
    return (items, None) if len(keys) > relevance.MOST else (Recommendation.objects.filter(pk__in=keys), len(keys))


def _fetched(page: Page, person: Reader, without: frozenset[str]) -> Page:
    if not page.rows:
        return page
    rows = {row["id"]: row for row in _rows(page.rows, person, without)}
    return replace(page, rows=[rows[key] for key in page.rows if key in rows])


def _rows(keys: Sequence[int], person: Reader, without: frozenset[str]) -> list[dict[str, Any]]:
    return listing.prepared_rows(access.may_read_internal(role_of(person)), without).rows(*keys)
