"""The order of a search: the best first among the newest thousand hits, and after them the older ones as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from recommendations.models import keyset, prepared, search

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from recommendations.models.keyset import Page
    from recommendations.models.recommendation import Recommendation, RecommendationQuerySet

    type_of_hit = tuple[int, int]  # grade, id: of older ones the grade is -1

MOST: Final = 1000  # hits that are ranked: beyond them nobody reads, and ranking costs
WINDOW: Final = 30_000  # items among which the newest hits are looked for first
LONGEST: Final = 10 * MOST  # with those that came while somebody was reading
NAME: Final = "relevance"
_OLDER: Final = -1


def newest(hits: QuerySet[Recommendation, Any]) -> list[Any]:
    """Return the newest hits of a search, one more than `MOST` when there are more.

    The database would walk the list from its end until it has met so many: for rare words through the whole list. So
    it walks a part of it only, which is enough for common words, and otherwise has to gather all hits first.
    """
    ((last,),) = prepared.run("SELECT max(id) FROM recommendations_recommendation", [])
    begin = (last or 0) - WINDOW
    found = list(hits.filter(id__gt=begin).order_by("-id")[: MOST + 1]) if begin > 0 else []
    if len(found) > MOST:
        return found
    return list(hits.order_by("-id" if begin <= 0 else (F("id") + 0).desc())[: MOST + 1])


@dataclass(slots=True)
class _Hits:
    """What a search has found. Those from the id `floor` on are ranked; a walk over pages keeps the floor that it began with."""

    items: RecommendationQuerySet
    words: str
    floor: int | None
    _ranked: list[type_of_hit] | None = field(default=None, init=False)

    def ranked(self) -> list[type_of_hit]:
        """Return the ranked ones, the best first; of equals the newest."""
        if self._ranked is None:
            graded = self.items.annotate(grade=search.grade(self.words)).values_list("grade", "id")
            if self.floor is None:
                found = newest(graded)
                self.floor = found[MOST - 1][1] if len(found) > MOST else 0
                found = found[:MOST]
            else:
                found = list(graded.filter(id__gte=self.floor).order_by("-id")[:LONGEST])
            self._ranked = sorted(found, reverse=True)
        return self._ranked

    def worse(self, than: type_of_hit | None, size: int) -> list[type_of_hit]:
        """Return so many that come after one, the nearest first."""
        found: list[type_of_hit] = []
        if than is None or than[0] != _OLDER:
            found = [hit for hit in self.ranked() if than is None or hit < than][:size]
        if self.floor and len(found) < size:
            below = than[1] if than is not None and than[0] == _OLDER else self.floor
            found += self._older(size - len(found), "-id", id__lt=below)
        return found

    def better(self, than: type_of_hit | None, size: int) -> list[type_of_hit]:
        """Return so many that come before one (None: from the end), the nearest first."""
        found: list[type_of_hit] = []
        if self.floor is None:
            self.ranked()
        if self.floor and (than is None or than[0] == _OLDER):
            found = self._older(size, "id", id__lt=self.floor, **({"id__gt": than[1]} if than else {}))
        if len(found) < size:
            found += [hit for hit in reversed(self.ranked()) if than is None or hit > than][: size - len(found)]
        return found

    def _older(self, size: int, order: str, **which: int) -> list[type_of_hit]:
        keys = self.items.filter(**which).order_by(order).values_list("id", flat=True)[:size]
        return [(_OLDER, key) for key in keys]


def page(
    items: RecommendationQuerySet, words: str, *, ordering: str, cursor: str | None, size: int, question: str
) -> tuple[Page, int | None]:
    """Return a page of ids of items that hold the words, and how many there are if that is known by the way.

    `-relevance` begins with the worst. Raises `Invalid` for a cursor of another list.
    """
    place = keyset.read(cursor, question)
    than, floor = ((place.values[0], place.values[1]), place.values[2]) if place.values else (None, None)
    hits = _Hits(items, words, floor)
    is_downwards = (ordering == NAME) != place.back
    found = (hits.worse if is_downwards else hits.better)(than, size + 1)
    cut = keyset.cut(found, place, size=size, question=question, mark=lambda hit: [*hit, hits.floor])
    known = len(hits.ranked()) if hits.floor == 0 else None
    return keyset.Page([key for _grade, key in cut.rows], cut.next, cut.previous), known
