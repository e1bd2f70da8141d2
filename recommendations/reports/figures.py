"""How many recommendations stand where: by status of either rating, by theme, by time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from recommendations.models import Assignment, flags
from recommendations.models.assignment import AssignmentRole
from recommendations.models.translated import reader_language, translated_column
from recommendations.rules import geometry
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import DESCENDING, Kind, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.rules.geometry import Part

_STATUSES: Final = ("status", "reported_status", "verified_status")
_PLAIN: Final = (*_STATUSES, "answer")
_ASKED: Final = {
    "is_split": ExpressionWrapper(~Q(elements=0), output_field=BooleanField()),
    "is_dated": ExpressionWrapper(Q(target_on__isnull=False), output_field=BooleanField()),
}


@dataclass(frozen=True, slots=True)
class Rating:
    """What one kind of rating says of some recommendations: each count belongs to `assessed` of `total`."""

    kind: Kind
    counts: dict[Status, int]

    @property
    def label(self) -> str | _StrPromise:
        """What this kind of rating is called."""
        return self.kind.label

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def assessed(self) -> int:
        """How many of them this kind of rating exists for."""
        return self.total - self.counts.get(Status.NOT_ASSESSED, 0)

    @property
    def implemented(self) -> int:
        """How many of them it calls implemented."""
        return self.counts.get(Status.IMPLEMENTED, 0)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The bar of it."""
        return geometry.stacked(self.counts)

    @property
    def row(self) -> list[tuple[Status, int]]:
        """All statuses with their counts, for the table of the bar."""
        return [(status, self.counts.get(status, 0)) for status in DESCENDING]


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """The two ratings of a theme's recommendations, side by side."""

    slug: str
    name: str
    ratings: tuple[Rating, Rating]

    @property
    def total(self) -> int:
        """How many recommendations the theme has."""
        return self.ratings[0].total


class Duties(NamedTuple):
    """For how many recommendations an organization is responsible: as the lead, and in any role."""

    lead: int = 0
    role: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A list of recommendations at a glance. Each section counts all of them, by value.

    `pairs` are rated by owner and reviewer: (reported, reviewed) -> how many. `dated` have a target date. `split` ones are not among them: they are counted by their parts.
    Of the assessed, `evidence_lost` have a rating that rests on a link that leads nowhere any more.
    """

    status: dict[str, int]
    reported_status: dict[str, int]
    verified_status: dict[str, int]
    response: dict[str, int]
    delivery: dict[str, int]
    freshness: dict[str, int]
    pairs: dict[tuple[Status, Status], int]
    dated: int
    split: int
    stalled: int
    evidence_lost: int

    @property
    def review(self) -> Rating:
        """What reviewers found."""
        return rating(Kind.REVIEW, self.verified_status.items())

    @property
    def report(self) -> Rating:
        """What owners say."""
        return rating(Kind.SELF, self.reported_status.items())

    @property
    def total(self) -> int:
        """How many recommendations there are."""
        return sum(self.status.values())

    @property
    def both(self) -> int:
        """How many of them owner and reviewer have rated."""
        return sum(self.pairs.values())

    @property
    def disagreement(self) -> int:
        """How many of those they rate differently."""
        return sum(count for (reported, verified), count in self.pairs.items() if reported != verified)

    @property
    def never(self) -> int:
        """How many of them nobody has looked at."""
        return self.freshness.get(Freshness.NEVER, 0)

    @property
    def assessed(self) -> int:
        """How many of them anybody has looked at."""
        return self.total - self.never

    @property
    def stale(self) -> int:
        """How many of them somebody has looked at too long ago."""
        return self.freshness.get(Freshness.STALE, 0)

    @property
    def overdue(self) -> int:
        """How many of them are late."""
        return self.delivery.get(Delivery.OVERDUE, 0)

    @property
    def due_soon(self) -> int:
        """How many of them are due within `calendar.DUE_SOON_DAYS`."""
        return self.delivery.get(Delivery.DUE_SOON, 0)


def figures(items: RecommendationQuerySet, *, today: dt.date) -> Figures:
    """Count a list, split recommendations by their parts; three statements however many there are."""
    chosen = items.order_by()
    rated = chosen.rated()
    cells = list(chosen.values(*_PLAIN, **flags.placed(today), **_ASKED).annotate(count=Count("pk")))
    standing = [cell for cell in cells if not cell["is_split"]]
    return Figures(
        **{name: _summed(standing, name) for name in (*_STATUSES, "delivery", "freshness")},
        response=_summed(standing, "answer"),
        pairs=_paired(standing),
        dated=_sum(cell for cell in standing if cell["is_dated"]),
        split=_sum(cell for cell in cells if cell["is_split"]),
        stalled=rated.stalled(today).count(),
        evidence_lost=rated.with_lost_evidence().count(),
    )


def _summed(cells: Iterable[dict[str, Any]], name: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for cell in cells:
        counts[cell[name]] += cell["count"]
    return dict(counts)


def _paired(cells: Iterable[dict[str, Any]]) -> dict[tuple[Status, Status], int]:
    counts: Counter[tuple[Status, Status]] = Counter()
    for cell in cells:
        pair = Status(cell["reported_status"]), Status(cell["verified_status"])
        if Status.NOT_ASSESSED not in pair:
            counts[pair] += cell["count"]
    return dict(counts)


def _sum(cells: Iterable[dict[str, Any]]) -> int:
    return sum(cell["count"] for cell in cells)


def by_theme(items: RecommendationQuerySet) -> list[ThemeFigures]:
    """Count recommendations under each theme, in one statement; one item can stand under several."""
    rows = items.rated().filter(themes__isnull=False).order_by()
    counted = rows.values(
        "verified_status",
        "reported_status",
        slug=F("themes__slug"),
        position=F("themes__position"),
        name=translated_column("themes__name", reader_language()),
    ).annotate(count=Count("pk"))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(counted, key=lambda row: (row["position"], row["slug"])):
        found.setdefault(row["slug"], []).append(dict(row))
    return [_theme(slug, rows) for slug, rows in found.items()]


def by_organization(items: RecommendationQuerySet) -> dict[int, Duties]:
    """Count what organizations are responsible for, by their keys, in one statement; those without anything are missing."""
    theirs = Assignment.objects.standing().filter(recommendation__in=items).order_by().values_list("organization")
    led, any_role = Count("pk", filter=Q(role=AssignmentRole.LEAD)), Count("recommendation", distinct=True)
    return {key: Duties(*counts) for key, *counts in theirs.annotate(led=led, any_role=any_role)}


def _theme(slug: str, rows: list[dict[str, Any]]) -> ThemeFigures:
    ratings = (
        rating(Kind.REVIEW, ((row["verified_status"], row["count"]) for row in rows)),
        rating(Kind.SELF, ((row["reported_status"], row["count"]) for row in rows)),
    )
    return ThemeFigures(slug, rows[0]["name"], ratings)


def rating(kind: Kind, counted: Iterable[tuple[str, int]]) -> Rating:
    """Make a rating of statuses with how many of each; one can come several times."""
    counts: Counter[Status] = Counter()
    for value, count in counted:
        counts[Status(value)] += count
    return Rating(kind, dict(counts))
