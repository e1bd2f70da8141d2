"""The moment of an act: one transaction, at a time that the database knows too."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from recommendations.actions import calling, keeping

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def act(now: dt.datetime) -> Iterator[dt.datetime]:
    """Begin a verb's transaction (or go on in the one around it) at `now`, an aware time.

    What the register said is kept by the database with the moment at which it began to say so (migration 0005); this
    tells it the moment that the verb's event bears, so that a reading as of an event shows what the event did. Should
    this clock stand behind what history knows, the act counts from there on: nothing said before it changes. Yields that
    moment. Files that were kept meanwhile (actions/keeping.py) go when it fails. Calls to webhooks are planned at its end.
    """
    with keeping.undone_together(), transaction.atomic(), calling.planned_together():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('relations.now', relations_clock(%s)::text, true)", [now])
            moment: str = cursor.fetchone()[0]
        yield dt.datetime.fromisoformat(moment)
