"""The computed flags of a recommendation, each with what it was computed of and the rule in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from recommendations.api import shapes
from recommendations.api.components import declare
from recommendations.models.pace import silence
from recommendations.rules import calendar, explanation
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import Kind, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from recommendations.api.door import type_of_row

RULE: Final = shapes.about("The rule, in the reader's language.", shapes.TEXT)
COUNT: Final = {"type": "integer", "minimum": 0}
SAYS: Final = shapes.maybe(
    shapes.record(value=shapes.one_of(Status), as_of=shapes.DAY, author=shapes.maybe(shapes.TEXT))
)
SHAPE: Final = declare(
    "Flags",
    shapes.record(
        delivery=shapes.record(
            value=shapes.one_of(Delivery),
            target_on=shapes.maybe(shapes.DAY),
            overdue_since=shapes.about("The first day after the target date.", shapes.maybe(shapes.DAY)),
            days_overdue=COUNT,
            rule=RULE,
        ),
        freshness=shapes.record(
            value=shapes.one_of(Freshness),
            assessed_on=shapes.about("The day on which anybody last looked.", shapes.maybe(shapes.DAY)),
            days=shapes.about("How many days ago that was.", shapes.maybe(shapes.WHOLE)),
            rule=RULE,
        ),
        stalled=shapes.record(
            is_stalled=shapes.FLAG,
            silent_since=shapes.about("The day (UTC) of the last sign of life, or of registration.", shapes.DAY),
            silent_days=COUNT,
            ninth_decile_days=shapes.about("Nine in ten of the gaps have at most so many days.", shapes.maybe(COUNT)),
            gaps=shapes.about("How many gaps of comparable recommendations were counted.", COUNT),
            gaps_needed=shapes.about("With fewer gaps nothing is called stalled.", COUNT),
            rule=RULE,
        ),
        disagreement=shapes.record(
            differs=shapes.FLAG,
            reported=shapes.about("What the owner says.", SAYS),
            verified=shapes.about("What the reviewer says.", SAYS),
            rule=RULE,
        ),
    ),
    "What is computed, never typed in.",
)


def explained(row: type_of_row, rated: Mapping[str, type_of_row], today: dt.date) -> type_of_row:
    """Return the flags of a row of `listing.as_rows`; `rated` holds its latest assessments as they are shown."""
    reported, verified = _says(rated.get(Kind.SELF)), _says(rated.get(Kind.REVIEW))
    return {
        "delivery": {**_delivery(row, today), "rule": str(explanation.DELIVERY)},
        "freshness": {**_freshness(row, today), "rule": str(explanation.FRESHNESS)},
        "stalled": {**_stalled(row, today), "rule": str(explanation.STALLED)},
        "disagreement": {
            "differs": None not in (reported, verified) and row["reported_status"] != row["verified_status"],
            "reported": reported,
            "verified": verified,
            "rule": str(explanation.DISAGREEMENT),
        },
    }


def _delivery(row: type_of_row, today: dt.date) -> dict[str, Any]:
    value = calendar.delivery(row["target_on"], row["status"], today)
    since = calendar.overdue_since(row["target_on"]) if value is Delivery.OVERDUE else None
    return {
        "value": value,
        "target_on": row["target_on"],
        "overdue_since": since,
        "days_overdue": (today - row["target_on"]).days if since else 0,
    }


def _freshness(row: type_of_row, today: dt.date) -> dict[str, Any]:
    day = row["assessed_on"]
    return {
        "value": calendar.freshness(day, today),
        "assessed_on": day,
        "days": (today - day).days if day is not None else None,
    }


def _stalled(row: type_of_row, today: dt.date) -> dict[str, Any]:
    found = silence(row, today)
    return {
        "is_stalled": found.is_stalled,
        "silent_since": found.since,
        "silent_days": found.days,
        "ninth_decile_days": found.ninth_decile,
        "gaps": found.gaps,
        "gaps_needed": calendar.GAPS_NEEDED,
    }


def _says(made: type_of_row | None) -> dict[str, Any] | None:
    return made and {name: made[name] for name in ("value", "as_of", "author")}
