"""The order of a search: the best first among the newest thousand hits, and after them the older ones as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recommendations.models import keyset, search

if TYPE_CHECKING:
    from recommendations.models.keyset import Page
    from recommendations.models.recommendation import RecommendationQuerySet

    type_of_hit = tuple[int, int]  # grade, id: of older ones the grade is -1

MOST: Final = 1000  # hits that are ranked: beyond them nobody reads, and ranking costs
LONGEST: Final = 10 * MOST  # with those that came while somebody was reading
NAME: Final = "relevance"
_OLDER: Final = -1


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
            graded = self.items.annotate(grade=search.grade(self.words)).order_by("-id").values_list("grade", "id")
            if self.floor is None:
                found = list(graded[: MOST + 1])
                self.floor = found[MOST - 1][1] if len(found) > MOST else 0
                found = found[:MOST]
            else:
                found = list(graded.filter(id__gte=self.floor)[:LONGEST])
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


def page(items: RecommendationQuerySet, words: str, *, ordering: str, cursor: str | None, size: int, question: str) -> Page:  # fmt: skip
    """Return a page of ids of items that hold the words; `-relevance` begins with the worst. Raises `Invalid`."""
    place = keyset.read(cursor, question)
    than, floor = ((place.values[0], place.values[1]), place.values[2]) if place.values else (None, None)
    hits = _Hits(items, words, floor)
    is_downwards = (ordering == NAME) != place.back
    found = (hits.worse if is_downwards else hits.better)(than, size + 1)
    cut = keyset.cut(found, place, size=size, question=question, mark=lambda hit: [*hit, hits.floor])
    return keyset.Page([key for _grade, key in cut.rows], cut.next, cut.previous)
