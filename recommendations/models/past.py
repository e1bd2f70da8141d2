"""Reading the register as of a moment: the same questions, answered by the versions that stood then (migration 0005)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

_GO: Final = (
    "SELECT set_config('search_path', 'past, public', true), set_config('relations.as_of', %s, true),"
    " set_config('relations.since', %s, true), set_config('transaction_read_only', 'on', true)"
)


@contextmanager
def as_of(moment: dt.datetime, *, since: dt.datetime | None = None) -> Iterator[None]:
    """Let every query within answer what the register said at an aware time, that moment included.

    Querysets have to be evaluated within. The database refuses to write. People (their names, roles and organizations)
    are those of today. With `since`, an earlier moment, `models.Change` tells what differs between the two.
    """
    with transaction.atomic(), _nothing_prepared():
        with connection.cursor() as cursor:
            cursor.execute(_GO, [moment.isoformat(), since.isoformat() if since else ""])
        yield
        transaction.set_rollback(True)  # and with it the way there


@contextmanager
def _nothing_prepared() -> Iterator[None]:
    """A plan holds the moment that it was made for; none is to be used for another one."""
    psycopg = connection.connection
    before, psycopg.prepare_threshold = psycopg.prepare_threshold, None
    try:
        yield
    finally:
        psycopg.prepare_threshold = before


@contextmanager
def reading(moment: dt.datetime | None) -> Iterator[None]:
    """Hold one transaction for reading, as of a moment or (None) as of now: for what is handed out piece by piece."""
    if moment is None:
        with transaction.atomic():
            yield
    else:
        with as_of(moment):
            yield
