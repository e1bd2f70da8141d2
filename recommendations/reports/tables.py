"""The figures of publications as plain data: counts by code, names in both languages, changes between two moments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils import translation

from recommendations.models.translated import LANGUAGES
from recommendations.reports import changes as differences
from recommendations.reports import figures as counting
from recommendations.reports.labels import pair
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Status
from recommendations.rules.publication import Section
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from recommendations.models.recommendation import RecommendationQuerySet
    from recommendations.reports.figures import Figures

_COUNTS = (
    "total", "assessed", "both", "disagreement", "dated", "overdue", "due_soon", "never", "stale", "stalled", "split",
    "evidence_lost",
)  # fmt: skip
_STATES = ("verified", "reported", "response", "target")


def figures(items: RecommendationQuerySet, sections: Sequence[str], *, today: dt.date) -> dict[str, Any]:
    """Count a list by each section that is asked for."""
    counted = counting.figures(items, today=today)
    made: dict[Section, Callable[[], Any]] = {
        Section.SUMMARY: lambda: _summary(counted),
        Section.THEMES: lambda: _themes(items),
        Section.DELIVERY: lambda: {value: counted.delivery.get(value, 0) for value in Delivery.values},
        Section.FRESHNESS: lambda: {value: counted.freshness.get(value, 0) for value in Freshness.values},
        Section.RESPONSE: lambda: {
            **{value: counted.response.get(value, 0) for value in Answer.values},
            "none": counted.response.get("", 0),
        },
        Section.DISAGREEMENT: lambda: {
            "both": counted.both,
            "differ": counted.disagreement,
            "pairs": _pairs(counted),
        },
    }
    return {section.value: make() for section, make in made.items() if section in sections}


def _summary(counted: Figures) -> dict[str, Any]:
    ratings = {rating.kind.value: _statuses(rating.counts) for rating in (counted.review, counted.report)}
    return {**{name: getattr(counted, name) for name in _COUNTS}, "ratings": ratings}


def _statuses(counts: dict[Status, int]) -> dict[str, int]:
    return {value.value: counts.get(value, 0) for value in Status}


def _themes(items: RecommendationQuerySet) -> list[dict[str, Any]]:
    """Count under each theme; one statement for each language that its name is wanted in."""
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = counting.by_theme(items)
    return [
        {
            "slug": same[0].slug,
            "name": {code: theme.name for code, theme in zip(LANGUAGES, same, strict=True)},
            "total": same[0].total,
            "ratings": {rating.kind.value: _statuses(rating.counts) for rating in same[0].ratings},
        }
        for same in zip(*found.values(), strict=True)
    ]


def _pairs(counted: Figures) -> list[dict[str, Any]]:
    """Tell how often which ratings differ."""
    return [
        {"review": reviewed.value, "self": reported.value, "count": count}
        for (reported, reviewed), count in sorted(counted.pairs.items())
        if reported != reviewed
    ]


def changes(items: RecommendationQuerySet | None, most: int) -> dict[str, Any]:
    """Tell what differs in a list, or in the whole register, at most so many; within `past.as_of(until, since=…)`."""
    found = differences.rows(None).order_by("sort_key", "id")
    rows = list((found if items is None else found.filter(pk__in=items.order_by().values("pk")))[:most])
    counts = Counter(kind.value for row in rows for kind in differences.kinds_of(row))
    return {"counts": dict(counts), "rows": [_change(row) for row in rows]}


def _change(row: dict[str, Any]) -> dict[str, Any]:
    names = {"response": "answer"}
    states = {
        name: [_plain(row[f"{names.get(name, name)}_{when}"]) for when in ("before", "after")] for name in _STATES
    }
    return {
        "reference": row["reference"],
        "title": pair(row, "title"),
        "kinds": [kind.value for kind in differences.kinds_of(row)],
        **{name: ends for name, ends in states.items() if ends[0] != ends[1]},
    }


def _plain(value: Any) -> str | None:
    return value.isoformat() if hasattr(value, "isoformat") else value or None
