"""How quickly all of history is verified: a million events in a hundred thousand chains, every one through the trigger."""

import time
from pathlib import Path

from django.db import connection

from recommendations.models.verification import verify

STATEMENT = Path(__file__).with_name("events.sql").read_text(encoding="utf8")
STEP = 2_000  # chains in one transaction: each holds a lock
GOAL, LIMIT = 200_000, 10.0  # events a second; seconds for a million


def write(events: int) -> float | None:
    """Give each item of the register its share of events; return how many were written in a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(id), max(id) FROM recommendations_recommendation")
        items, low, high = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM recommendations_event")
        there = cursor.fetchone()[0]
        missing = (events - there) // items
        begin = time.perf_counter()
        for first in range(low, high + 1, STEP) if missing > 0 else ():
            cursor.execute(STATEMENT, {"first": 1, "last": missing, "low": first, "high": first + STEP - 1})
        spent = time.perf_counter() - begin
        cursor.execute(
            "INSERT INTO recommendations_head (day, published_at) VALUES ((now() AT TIME ZONE 'UTC')::date, now())"
        )
        cursor.execute("VACUUM ANALYZE recommendations_event")
    return missing * items / spent if missing > 0 else None


def measure(events: int, rounds: int) -> dict[str, float]:
    """Verify some times; return seconds (min, median, max) and events a second at the median."""
    written = write(events)
    spent = []
    for _round in range(rounds):
        begin = time.perf_counter()
        verdict = verify()
        spent.append(time.perf_counter() - begin)
        if not verdict.is_whole:
            raise SystemExit(f"What was written is not whole: {verdict.breaks[:3]}")
    spent.sort()
    median = spent[len(spent) // 2]
    figures = {"min": spent[0], "median": median, "max": spent[-1], "events_a_second": verdict.events / median}
    counts = {"events": verdict.events, "chains": verdict.chains, "heads": verdict.heads, "versions": verdict.versions}
    return {
        **counts,
        **{name: round(value, 2) for name, value in figures.items()},
        "written_a_second": written and round(written),
    }


def show(found: dict[str, float]) -> None:
    """Print it in words."""
    print(
        f"{found['events']:,} events in {found['chains']:,} chains, {found['versions']:,} kept versions: verified in"
        f" {found['median']:.2f} s ({found['min']:.2f} to {found['max']:.2f}), {found['events_a_second']:,.0f} events/s"
        f" (goal {GOAL:,}); limit {LIMIT:.0f} s for a million"
    )
