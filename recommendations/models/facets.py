"""How many recommendations each value of a filter would leave, all other filters given: one statement for all of them."""

# ruff: noqa: S608 - names of tables and filters are constants; what people type goes as values

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import F

from recommendations.models import flags
from recommendations.models.assignment import AssignmentRole
from recommendations.models.recommendation import Recommendation

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models.narrowing import Reader
    from recommendations.rules.selection import Selection

MOST: Final = 2_000  # a longer list is not counted: that would take longer than the list itself
COLUMNS: Final = ("status", "instrument", "priority", "response", "delivery", "freshness")
_PLAIN: Final = "SELECT c.{name}, count(*) FROM {some} c GROUP BY 1"
_JOINED: Final = {
    "source": "SELECT f.slug, count(*) FROM {some} c JOIN recommendations_source f ON f.id = c.source_id GROUP BY 1",
    "theme": (
        "SELECT f.slug, count(*) FROM {some} c JOIN recommendations_recommendation_themes t ON t.recommendation_id = c.id"
        " JOIN recommendations_theme f ON f.id = t.theme_id GROUP BY 1"
    ),
    "lead": (
        "SELECT f.slug, count(*) FROM {some} c JOIN recommendations_assignment a ON a.recommendation_id = c.id"
        f" AND a.role = '{AssignmentRole.LEAD.value}' AND a.until IS NULL"
        " JOIN recommendations_organization f ON f.id = a.organization_id GROUP BY 1"
    ),
}
FACETS: Final = (*COLUMNS, *_JOINED)
_WHOLE: Final = ""  # the list itself: it counts the filters of which nothing is chosen


@dataclass(frozen=True, slots=True)
class Tally:
    """How long a list is (`MOST` + 1 for every longer one), and for each filter how many items have each value (0: left out).

    A filter that `counts` leaves out has a list of its own, without what is chosen of it, that is longer than `MOST`.
    """

    size: int
    counts: dict[str, dict[str, int]]

    @property
    def is_long(self) -> bool:
        """Whether nobody counted to the end."""
        return self.size > MOST


def tally(wanted: Selection, *, person: Reader, today: dt.date) -> Tally:
    """Count what a reader may see of a list. What is chosen of a filter does not narrow the counts of that filter itself."""
    chosen = [name for name in FACETS if getattr(wanted, name)]
    lists = [_list(asked, person, today) for asked in (wanted, *(_without(name, wanted) for name in chosen))]
    places = {name: f"list_{number}" for number, name in enumerate((_WHOLE, *chosen))}
    tables = (
        f"{place} AS MATERIALIZED ({statement})" for place, (statement, _) in zip(places.values(), lists, strict=True)
    )
    parts = [f"(SELECT 'size', '{name}', count(*) FROM {place})" for name, place in places.items()]
    parts += [_counted(name, places.get(name, places[_WHOLE])) for name in FACETS]
    with connection.cursor() as cursor:
        values = [value for _, values in lists for value in values]
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}", values)
        return _told(cursor.fetchall())


def _list(wanted: Selection, person: Reader, today: dt.date) -> tuple[str, tuple[Any, ...]]:
    items = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=today).order_by()
    placed = items.annotate(response=F("answer"), **flags.placed(today))
    rows = placed.values("id", "source_id", *COLUMNS)[: MOST + 1]
    # A list that cannot have anything (one's own, for a visitor) has to be written down like any other.
    statement, values = rows.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    return statement, tuple(values)


def _without(name: str, wanted: Selection) -> Selection:
    nothing: dict[str, Any] = {name: ()}
    return replace(wanted, **nothing)


def _counted(name: str, place: str) -> str:
    short = f"(SELECT * FROM {place} WHERE (SELECT count(*) FROM {place}) <= {MOST})"
    return f"(SELECT '{name}', of_it.* FROM ({_JOINED.get(name, _PLAIN).format(name=name, some=short)}) of_it)"


def _told(rows: list[tuple[str, str, int]]) -> Tally:
    found: dict[str, dict[str, int]] = {"size": {}, **{name: {} for name in FACETS}}
    for name, value, count in rows:
        found[name][value] = count
    sizes = found.pop("size")
    return Tally(sizes[_WHOLE], {name: said for name, said in found.items() if sizes.get(name, sizes[_WHOLE]) <= MOST})
