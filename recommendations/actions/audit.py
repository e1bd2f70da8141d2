"""Look over all of history and keep the verdict, so that pages, health and metrics can tell it without looking again."""

from __future__ import annotations

import datetime as dt
import time
from typing import Final

from recommendations.models import Audit
from recommendations.models.verification import as_plain, verify

DAILY: Final = dt.timedelta(hours=23)
_LISTED: Final = 100


def audit(*, now: dt.datetime) -> Audit:
    """Verify all of history and keep what came of it."""
    begin = time.perf_counter()
    verdict = verify()
    return Audit.objects.create(
        checked_at=now,
        seconds=round(time.perf_counter() - begin, 3),
        events=verdict.events,
        chains=verdict.chains,
        heads=verdict.heads,
        breaks=len(verdict.breaks),
        first_breaks=as_plain(verdict)["breaks"][:_LISTED],
    )


def audit_daily(*, now: dt.datetime) -> Audit | None:
    """Verify unless that was done within a day; None when it was."""
    last = latest()
    return None if last is not None and last.checked_at > now - DAILY else audit(now=now)


def latest() -> Audit | None:
    """Return the last verdict."""
    return Audit.objects.first()
