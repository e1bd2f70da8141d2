"""How the calls fare, for those who watch the register: in /health/ready and in the metrics."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, cast

from django.core.cache import cache
from django.db import connection
from prometheus_client import Gauge

_BOOKS: Final = "recommendations.hooks.books"
_COUNT: Final = """
SELECT count(*), count(*) FILTER (WHERE c.due_at <= clock_timestamp()),
       coalesce(extract(epoch FROM clock_timestamp()
                - min(c.due_at) FILTER (WHERE c.due_at <= clock_timestamp() AND c.attempts = 0)), 0)::int,
       (SELECT count(*) FROM recommendations_webhook WHERE ended_at IS NULL AND state = 'failing'),
       (SELECT count(*) FROM recommendations_webhook WHERE ended_at IS NULL AND state = 'disabled')
  FROM recommendations_call c JOIN recommendations_webhook w ON w.id = c.webhook_id
 WHERE c.state IN ('planned', 'sending') AND w.ended_at IS NULL AND (w.state IN ('active', 'failing') OR c.event_id IS NULL)
"""
WAITING = Gauge("relations_calls_waiting", "Calls to webhooks that are not finished", multiprocess_mode="mostrecent")
AGE = Gauge(
    "relations_calls_backlog_seconds", "How long the first call that nobody made is due", multiprocess_mode="mostrecent"
)
FAILING = Gauge("relations_webhooks_failing", "Webhooks that do not take their calls", multiprocess_mode="mostrecent")
DISABLED = Gauge(
    "relations_webhooks_disabled", "Webhooks disabled after repeated failure", multiprocess_mode="mostrecent"
)


@dataclass(frozen=True, slots=True)
class Books:
    """What waits: how many calls, how many of them are due, and for how many seconds one is due that nobody has tried."""

    waiting: int
    due: int
    backlog_seconds: int
    failing: int
    disabled: int


def books() -> Books:
    """Count."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return Books(*cursor.fetchone())


def calls() -> str:
    """Say in /health/ready how the calls fare, counted at most once a minute. It is no reason to turn readers away."""
    found = cast("Books", cache.get_or_set(_BOOKS, books, 60))
    return ", ".join(f"{name} {count}" for name, count in asdict(found).items())


def figures() -> None:
    """Set what /metrics tells of it."""
    found = books()
    WAITING.set(found.waiting)
    AGE.set(found.backlog_seconds)
    FAILING.set(found.failing)
    DISABLED.set(found.disabled)
