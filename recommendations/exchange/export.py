"""The register as a file: CSV, JSON or NDJSON, written by the database and handed on piece by piece."""

from __future__ import annotations

import csv
import hashlib
import io
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from recommendations.exchange import cells, columns
from recommendations.models import listing, past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Generator, Iterable, Iterator

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.models.recommendation import RecommendationQuerySet

BATCH: Final = 500  # rows that are in memory at a time
MEDIA_TYPES: Final = {"csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson"}
_BOM: Final = "\ufeff"  # without it spreadsheets take UTF-8 for something else
# Lines of JSON hold neither of these two, so that COPY hands them on as they are.
_AS_IT_IS: Final = r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01'"


@dataclass(slots=True)
class Tally:
    """What went into a file so far: rows, bytes, and the hash of the bytes."""

    rows: int = 0
    size: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """The hash, in hexadecimal digits."""
        found: str = self._hash.hexdigest()
        return found

    def add(self, piece: bytes, rows: int = 0) -> bytes:
        """Take a piece in and hand it on."""
        self.rows += rows
        self.size += len(piece)
        self._hash.update(piece)
        return piece


def export(
    items: RecommendationQuerySet,
    form: str,
    *,
    ordering: str,
    reader: Person | Register | AnonymousUser | None,
    today: dt.date,
    moment: dt.datetime | None,
    scale: str | None = None,
    tally: Tally | None = None,
) -> Iterator[bytes]:
    """Yield a file of recommendations in one of `MEDIA_TYPES`, in batches of one COPY; `tally` counts what it yields.

    `items` are asked within the moment (None: now), in one transaction that ends with the last piece, or when whoever
    takes them goes away (`close`). `today` is the day that delivery and freshness are seen from; `scale` adds the
    ratings in another body's words.
    """
    ordered, order = listing.ordered(items, ordering)
    sign = "-" if order.descending else ""
    rows = columns.rows(ordered, reader=reader, today=today, scale=scale, is_table=form == "csv")
    names = columns.names(scale)
    with past.reading(moment):
        made = _copied(rows.order_by(f"{sign}{order.column}", f"{sign}id"), names, is_table=form == "csv")
        with closing(made) as lines:  # the COPY ends before its transaction does, also when nobody wants the rest
            yield from _FORMS[form](lines, names, tally or Tally())


def _copied(
    rows: QuerySet[Model, Any], names: tuple[str, ...], *, is_table: bool
) -> Generator[list[bytes], None, None]:
    """Yield batches of lines as PostgreSQL writes them, without what ends them."""
    try:
        asked = connection.ops.compose_sql(*rows.query.sql_with_params())  # type: ignore[attr-defined]
    except EmptyResultSet:  # Django knows without asking
        return
    if is_table:
        statement = f"COPY ({asked}) TO STDOUT (FORMAT csv)"
    else:
        told = f"SELECT row_to_json(x) FROM ({asked}) x ({', '.join(names)})"  # noqa: S608 - Django's own statement, composed
        statement = f"COPY ({told}) TO STDOUT ({_AS_IT_IS})"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        lines = iter(copy)
        while some := [bytes(line[:-1]) for line in islice(lines, BATCH)]:
            yield some


def _csv(lines: Iterator[list[bytes]], names: tuple[str, ...], tally: Tally) -> Iterator[bytes]:
    yield tally.add(_lines([names], begins=_BOM))
    for some in lines:
        yield tally.add(b"\r\n".join(some) + b"\r\n", len(some))


def _ndjson(lines: Iterator[list[bytes]], _names: tuple[str, ...], tally: Tally) -> Iterator[bytes]:
    for some in lines:
        yield tally.add(b"\n".join(some) + b"\n", len(some))


def _json(lines: Iterator[list[bytes]], _names: tuple[str, ...], tally: Tally) -> Iterator[bytes]:
    before = b"["
    for some in lines:
        yield tally.add(before + b",\n".join(some), len(some))
        before = b",\n"
    yield tally.add(b"]\n" if tally.rows else b"[]\n")


_FORMS: Final[dict[str, Callable[[Iterator[list[bytes]], tuple[str, ...], Tally], Iterator[bytes]]]] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
}


def table(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield rows as CSV for programs for tables: UTF-8 with BOM, CRLF, no cell that could be a formula."""
    yield _lines([names], begins=_BOM)
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield _lines([_cell(value) for value in row] for row in some)


def _lines(rows: Iterable[Iterable[Any]], *, begins: str = "") -> bytes:
    page = io.StringIO(begins)
    page.seek(0, io.SEEK_END)
    csv.writer(page).writerows(rows)  # RFC 4180: CRLF
    return page.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return cells.neutral(",".join(value))
    return cells.neutral(str(value))
