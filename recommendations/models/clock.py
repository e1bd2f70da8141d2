"""PostgreSQL's clock: what workers on several machines go by, for leases and what is due. Verbs are told their moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    import datetime as dt


def clock() -> dt.datetime:
    """Return the moment, in UTC; within a transaction too it goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment
