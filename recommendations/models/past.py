"""Reading the register as of a moment: the same questions, answered by the versions that stood then (migration 0005)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

_GO: Final = "SELECT set_config('search_path', 'past, public', true), set_config('relations.as_of', %s, true)"


@contextmanager
def as_of(moment: dt.datetime) -> Iterator[None]:
    """Let every query within answer what the register said at an aware time, that moment included.

    Querysets have to be evaluated within. Nothing can be written: leaving rolls back, and with it the way there.
    People (their names, roles and organizations) are those of today.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_GO, [moment.isoformat()])
        yield
        transaction.set_rollback(True)
