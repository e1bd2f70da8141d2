"""Waking a worker that reads links; without one, or with the broker gone, the next minute's poll does the same."""

from __future__ import annotations

from typing import Final

from relations import waking

TASK: Final = "recommendations.tasks.check_evidence"


def wake() -> None:
    """Have what is due read at once, after what is being done now is written."""
    waking.wake(TASK)
