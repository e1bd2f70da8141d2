"""What the last audit of history said, for those who watch the register: in /health/ready and in the metrics."""

from __future__ import annotations

from prometheus_client import Gauge

from recommendations.actions import audit
from relations.health import Unhealthy

EVENTS = Gauge("relations_history_events", "Events at the last audit of history", multiprocess_mode="mostrecent")
BREAKS = Gauge("relations_history_breaks", "Breaks found by the last audit", multiprocess_mode="mostrecent")
CHECKED = Gauge("relations_history_audited", "When history was last audited", multiprocess_mode="mostrecent")


def history() -> str:
    """Say in /health/ready what the last audit found; a broken history is no state to go on in unnoticed."""
    last = audit.latest()
    if last is None:
        return "not verified yet"
    said = f"{last.events} events in {last.chains} chains at {last.checked_at:%Y-%m-%dT%H:%M:%SZ}"
    if not last.is_whole:
        raise Unhealthy(f"history is broken in {last.breaks} places: {said}; run `manage.py verify_history`")
    return f"whole, {said}"


def figures() -> None:
    """Set what /metrics tells of it."""
    last = audit.latest()
    if last is not None:
        EVENTS.set(last.events)
        BREAKS.set(last.breaks)
        CHECKED.set(last.checked_at.timestamp())
