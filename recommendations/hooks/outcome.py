"""Writing down what became of a claimed call. Each is one statement that counts only while the call has our token."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    from recommendations.hooks.claim import Claim
    from recommendations.hooks.post import Answer

WAITS: Final = (
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(hours=10),
    dt.timedelta(hours=14),
    dt.timedelta(hours=20),
    dt.timedelta(hours=24),
)
"""After the first attempt, the second, and so on: the schedule that Standard Webhooks gives."""
MOST_ATTEMPTS: Final = len(WAITS) + 1
LONGEST_PAUSE: Final = dt.timedelta(hours=24)
PATIENCE: Final = dt.timedelta(days=5)
GONE: Final = 410
_ASKING: Final = frozenset({429, 503})
_SETTLE: Final = """
WITH settled AS (
    UPDATE recommendations_call c
       SET state = %(state)s, token = NULL, lease_until = NULL, status = %(status)s, last_error = %(word)s,
           due_at = clock_timestamp() + %(wait)s,
           finished_at = CASE WHEN %(state)s = 'planned' THEN NULL ELSE clock_timestamp() END
     WHERE c.id = %(call)s AND c.token = %(token)s
    RETURNING c.webhook_id)
UPDATE recommendations_webhook w SET busy_until = clock_timestamp(){health}
  FROM settled WHERE w.id = settled.webhook_id
RETURNING w.failing_since <= clock_timestamp() - %(patience)s
"""
_WELL: Final = """, failures = 0, failing_since = NULL, last_success_at = clock_timestamp(),
    state = CASE WHEN w.state = 'failing' THEN 'active' ELSE w.state END"""
_ILL: Final = """, failures = w.failures + 1, failing_since = coalesce(w.failing_since, clock_timestamp()),
    last_failure_at = clock_timestamp(), state = CASE WHEN w.state = 'active' THEN 'failing' ELSE w.state END"""


def accepted(mine: Claim, answer: Answer) -> bool:
    """The server has taken it. False: the call is not ours any more."""
    return _settle(mine, "sent", _WELL, status=answer.status) is not None


def dropped(mine: Claim, word: str) -> bool:
    """There is nothing to say; that tells nothing of how the webhook fares. False as above."""
    return _settle(mine, "dropped", "", word=word) is not None


def refused(mine: Claim, answer: Answer, *, is_test: bool) -> tuple[str, bool] | None:
    """Put a call off, each time for longer, or give it up: a test at once. None: the call is not ours any more.

    Returns its state, and whether the webhook has taken nothing for as long as anybody is patient.
    """
    is_last = is_test or mine.attempt >= MOST_ATTEMPTS or answer.status == GONE
    state = "failed" if is_last else "planned"
    wait = dt.timedelta() if is_last else _wait(mine.attempt, answer)
    found = _settle(mine, state, _ILL, status=answer.status, word=answer.word, wait=wait)
    return None if found is None else (state, bool(found[0]))


def _settle(mine: Claim, state: str, health: str, **said: Any) -> tuple[bool | None] | None:
    parameters = {"status": None, "word": "", "wait": dt.timedelta(), "patience": PATIENCE, **said}
    with connection.cursor() as cursor:
        statement = _SETTLE.format(health=health)
        cursor.execute(statement, {**parameters, "state": state, "call": mine.call, "token": mine.token})
        row: tuple[bool | None] | None = cursor.fetchone()
    return row


def _wait(attempt: int, answer: Answer) -> dt.timedelta:
    """Return how long to wait after an attempt: a tenth more or less, and no less than the server asks for."""
    usual = WAITS[attempt - 1] * (0.9 + secrets.randbelow(201) / 1_000)
    asked = answer.pause if answer.status in _ASKING else dt.timedelta()
    return max(usual, min(asked, LONGEST_PAUSE))
