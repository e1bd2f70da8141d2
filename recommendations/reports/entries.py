"""Recommendations as publications print them: rows for a table, or each in full with both ratings and their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from recommendations.models import Event, Recommendation, Response, listing
from recommendations.models.event import Subject
from recommendations.reports.labels import pair
from recommendations.rules import calendar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from recommendations.models import Assessment, Evidence
    from recommendations.models.recommendation import RecommendationQuerySet

    type_of_row = dict[str, Any]


def rows(items: RecommendationQuerySet, ordering: str, most: int) -> list[type_of_row]:
    """Return at most so many items in their order, as `listing.as_rows` has them."""
    ordered, order = listing.ordered(items, ordering)
    sign = "-" if order.descending else ""
    return list(listing.as_rows(ordered, reader=None).order_by(f"{sign}{order.column}", f"{sign}id")[:most])


def places(rows: Sequence[type_of_row]) -> list[type_of_row]:
    """Return where each item stood in history: its version, and the hash of the last event of it that everybody may see."""
    events = Event.objects.filter(subject=Subject.RECOMMENDATION, recommendation__in=[row["id"] for row in rows])
    last = events.open_to_strangers().order_by("recommendation_id", "-sequence").distinct("recommendation_id")
    hashes = dict(last.values_list("recommendation_id", "hash"))
    return [{"reference": r["reference"], "version": r["version"], "event": hashes.get(r["id"])} for r in rows]


def brief(row: type_of_row, today: dt.date) -> type_of_row:
    """Say of an item what a table has."""
    lead = row["lead"]
    return {
        "reference": row["reference"],
        "title": pair(row, "title"),
        "themes": row["theme_slugs"],
        "status": row["status"],
        "verified_status": row["verified_status"],
        "reported_status": row["reported_status"],
        "response": row["answer"] or None,
        "delivery": calendar.delivery(row["target_on"], row["status"], today).value,
        "freshness": calendar.freshness(row["assessed_on"], today).value,
        "target_on": _day(row["target_on"]),
        "assessed_on": _day(row["assessed_on"]),
        "instrument": row["instrument"],
        "priority": row["priority"],
        "lead": lead and {"slug": lead["slug"], "name": pair(lead, "name")},
        "source": {
            "slug": row["source__slug"],
            "title": pair({f"title_{code}": row[f"source__title_{code}"] for code in ("en", "ru")}, "title"),
        },
    }


def full(rows: Sequence[type_of_row], today: dt.date) -> list[type_of_row]:
    """Say of each item all of it, in the same number of statements however many there are."""
    rated = [f"{of}__evidence" for of in ("reported", "verified")]
    answers = Prefetch("responses", Response.objects.select_related("organization").order_by("responded_on", "id"))
    found = Recommendation.objects.select_related("reported", "verified").prefetch_related(
        *rated, answers, "milestones"
    )
    items = found.in_bulk([row["id"] for row in rows])
    return [{**brief(row, today), **_rest(items[row["id"]], today)} for row in rows]


def _rest(item: Recommendation, today: dt.date) -> type_of_row:
    return {
        "description": pair(item, "description"),
        "ratings": {"review": _rating(item.verified), "self": _rating(item.reported)},
        "responses": [
            {
                "organization": pair(one.organization, "name"),
                "answer": one.answer,
                "on": _day(one.responded_on),
                "statement": one.statement,
            }
            for one in item.responses.all()
        ],
        "milestones": [
            {"title": one.title, "due_on": _day(one.due_on), "state": one.state(today).value}
            for one in item.milestones.all()
        ],
    }


def _rating(made: Assessment | None) -> type_of_row | None:
    if made is None:
        return None
    return {
        "value": made.value,
        "as_of": _day(made.as_of),
        "narrative": made.narrative,
        "next_step": made.next_step,
        "evidence": [_evidence(one) for one in sorted(made.evidence.all(), key=lambda one: one.pk)],
    }


def _evidence(one: Evidence) -> type_of_row:
    return {
        "id": str(one.uuid),
        "title": one.title,
        "url": one.url,
        "issuer": one.issuer,
        "dated_on": _day(one.dated_on),
        "kind": one.kind,
        "is_retracted": not one.is_standing,
        "is_lost": one.is_lost,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
