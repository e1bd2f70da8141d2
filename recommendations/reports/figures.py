"""How many recommendations stand where: by status of either rating, by theme, by time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from recommendations.models import flags
from recommendations.models.translated import reader_language, translated_column
from recommendations.reports import bars
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Kind, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.reports.bars import Part


@dataclass(frozen=True, slots=True)
class Rating:
    """What one kind of rating says of some recommendations: each count belongs to `assessed` of `total`."""

    kind: Kind
    counts: dict[Status, int]

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
        return bars.stacked(self.counts)

    @property
    def row(self) -> list[tuple[Status, int]]:
        """All statuses with their counts, for the table of the bar."""
        return [(status, self.counts.get(status, 0)) for status in bars.ORDER]


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


@dataclass(frozen=True, slots=True)
class Figures:
    """The register at a glance. `dated` have a target date; `both` are rated by owner and reviewer.

    `split` ones are not among them: they are counted by their parts.
    Of the assessed, `evidence_lost` have a rating that rests on a link that leads nowhere any more.
    """

    review: Rating
    report: Rating
    both: int
    disagreement: int
    dated: int
    overdue: int
    due_soon: int
    never: int
    stale: int
    split: int
    stalled: int
    evidence_lost: int

    @property
    def total(self) -> int:
        """How many recommendations there are."""
        return self.review.total

    @property
    def assessed(self) -> int:
        """How many of them anybody has looked at."""
        return self.total - self.never


def figures(items: RecommendationQuerySet, *, today: dt.date) -> Figures:
    """Count standing recommendations, split ones by their parts; three statements however many there are."""
    all_of_them = items.standing().order_by()
    items = all_of_them.rated()
    pairs = list(items.values_list("verified_status", "reported_status").annotate(Count("pk")))
    both = [(v, r, n) for v, r, n in pairs if Status.NOT_ASSESSED not in (v, r)]
    counted = {
        "dated": Q(target_on__isnull=False),
        "overdue": flags.delivery([Delivery.OVERDUE], today),
        "due_soon": flags.delivery([Delivery.DUE_SOON], today),
        "never": flags.freshness([Freshness.NEVER], today),
        "stale": flags.freshness([Freshness.STALE], today),
        "stalled": flags.stalled(today),
        "evidence_lost": flags.lost_evidence(),
    }
    return Figures(
        review=_rating(Kind.REVIEW, ((v, n) for v, _r, n in pairs)),
        report=_rating(Kind.SELF, ((r, n) for _v, r, n in pairs)),
        both=sum(n for _v, _r, n in both),
        disagreement=sum(n for v, r, n in both if v != r),
        split=all_of_them.exclude(elements=0).count(),
        **items.aggregate(**{name: Count("pk", filter=condition) for name, condition in counted.items()}),
    )


def by_theme(items: RecommendationQuerySet) -> list[ThemeFigures]:
    """Count standing recommendations under each theme, in one statement; one item can stand under several."""
    rows = items.standing().rated().filter(themes__isnull=False).order_by()
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


def _theme(slug: str, rows: list[dict[str, Any]]) -> ThemeFigures:
    ratings = (
        _rating(Kind.REVIEW, ((row["verified_status"], row["count"]) for row in rows)),
        _rating(Kind.SELF, ((row["reported_status"], row["count"]) for row in rows)),
    )
    return ThemeFigures(slug, rows[0]["name"], ratings)


def _rating(kind: Kind, counted: Iterable[tuple[str, int]]) -> Rating:
    counts: Counter[Status] = Counter()
    for value, count in counted:
        counts[Status(value)] += count
    return Rating(kind, dict(counts))
