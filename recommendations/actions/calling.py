"""Calls to webhooks: planned with the events that they tell of, in the same transaction. Who is called decides nothing here."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from django.db import connection

from recommendations.models.event import Subject
from relations import waking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from recommendations.models import Event

TASK: Final = "recommendations.tasks.send_calls"
# What people arrange for themselves, and what administrators arrange for them: nothing for the servers of others.
PERSONAL: Final = (
    Subject.PERSON,
    Subject.SUBSCRIPTION,
    Subject.TOKEN,
    Subject.SAVED_VIEW,
    Subject.CALENDAR,
    Subject.WEBHOOK,
)
_PLAN: Final = """
INSERT INTO recommendations_call (uuid, webhook_id, event_id, state, planned_at, due_at, attempts, last_error)
SELECT gen_random_uuid(), w.id, e.id, 'planned', clock_timestamp(), clock_timestamp(), 0, ''
  FROM recommendations_webhook w
  JOIN recommendations_person p ON p.id = w.person_id AND p.is_active
  JOIN recommendations_event e
    ON e.id = ANY(%(events)s) AND e.subject <> ALL(%(personal)s) AND (w.verbs = '{}' OR e.verb = ANY(w.verbs))
 WHERE w.ended_at IS NULL AND w.state IN ('active', 'failing')
 ORDER BY e.id, w.id
ON CONFLICT DO NOTHING
"""
_HEARD: Final[ContextVar[list[int] | None]] = ContextVar("heard", default=None)


def hear(events: Iterable[Event]) -> None:
    """Have whoever wants to be called told of events that were just written.

    Within an act (actions/moment.py) this waits for its end, so that one statement does for all of its events, however
    many; those of a part of it that was taken back are not there any more then.
    """
    keys, heard = [event.pk for event in events], _HEARD.get()
    if heard is None:
        _plan(keys)
    else:
        heard.extend(keys)


@contextmanager
def planned_together() -> Iterator[None]:
    """Plan the calls for what is heard within at its end, in its transaction; the outermost of several does it."""
    if _HEARD.get() is not None:
        yield
        return
    heard: list[int] = []
    before = _HEARD.set(heard)
    try:
        yield
        _plan(heard)
    finally:
        _HEARD.reset(before)


def _plan(events: list[int]) -> None:
    if not events:
        return
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"events": events, "personal": [subject.value for subject in PERSONAL]})
        planned = cursor.rowcount
    if planned:
        waking.wake(TASK)
