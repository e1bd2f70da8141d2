"""Waking a worker that reads and applies tables; without one, or with the broker gone, the next minute's poll does it."""

from __future__ import annotations

from typing import Final

from relations import waking

TASK: Final = "recommendations.tasks.run_imports"


def wake() -> None:
    """Have what waits done at once, after what is being done now is written."""
    waking.wake(TASK)
