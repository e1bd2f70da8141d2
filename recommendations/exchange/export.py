"""The register as a file: CSV, JSON or NDJSON, made piece by piece, as of now or of any moment."""

from __future__ import annotations

import csv
import datetime as dt
import io
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson

from recommendations.exchange import cells
from recommendations.models import listing, past
from recommendations.rules import calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models import Person
    from recommendations.models.person import Register
    from recommendations.models.recommendation import RecommendationQuerySet

    type_of_row = dict[str, Any]

BATCH: Final = 500  # rows that are in memory at a time
MEDIA_TYPES: Final = {"csv": "text/csv", "json": "application/json", "ndjson": "application/x-ndjson"}
# What can be imported stands first, under the names that an import takes.
COLUMNS: Final = (
    "reference", "title_en", "title_ru", "description_en", "description_ru", "source", "themes", "instrument",
    "priority", "target_on", "visibility", "parent", "status", "is_self_reported", "reported_status",
    "verified_status", "disagreement", "assessed_on", "response", "delivery", "freshness", "lead", "withdrawn_at",
    "created_at", "updated_at", "version",
)  # fmt: skip
_SAME: Final = tuple(name for name in COLUMNS if name in listing.COLUMNS)
_BOM: Final = "\ufeff"  # without it spreadsheets take UTF-8 for something else


def export(
    items: RecommendationQuerySet,
    form: str,
    *,
    ordering: str,
    reader: Person | Register | AnonymousUser | None,
    today: dt.date,
    moment: dt.datetime | None,
) -> Iterator[bytes]:
    """Yield a file of recommendations in one of `MEDIA_TYPES`, in batches from a cursor of the database.

    `items` are asked within the moment (None: now), in one transaction that ends with the last piece, or when whoever
    takes them goes away (`close`). `today` is the day that delivery and freshness are seen from.
    """
    ordered, order = listing.ordered(items, ordering)
    sign = "-" if order.descending else ""
    rows = listing.as_rows(ordered, reader=reader).order_by(f"{sign}{order.column}", f"{sign}id")
    with past.reading(moment):
        found = (_exported(row, today) for row in rows.iterator(chunk_size=BATCH))
        yield from _FORMS[form](found)


def _exported(row: type_of_row, today: dt.date) -> type_of_row:
    both = None not in (row["reported_id"], row["verified_id"])
    said = {
        **{name: row[name] for name in _SAME},
        "source": row["source__slug"],
        "themes": row["theme_slugs"],
        "parent": row["parent_reference"],
        "is_self_reported": row["reported_id"] is not None and row["verified_id"] is None,
        "disagreement": both and row["reported_status"] != row["verified_status"],
        "response": row["answer"] or None,
        "delivery": calendar.delivery(row["target_on"], row["status"], today),
        "freshness": calendar.freshness(row["assessed_on"], today),
        "lead": row["lead"] and row["lead"]["slug"],
    }
    return {name: said[name] for name in COLUMNS}


def table(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield rows as CSV for programs for tables: UTF-8 with BOM, CRLF, no cell that could be a formula."""
    yield _lines([names], begins=_BOM)
    for some in _batches(rows):
        yield _lines([_cell(value) for value in row] for row in some)


def _csv(rows: Iterator[type_of_row]) -> Iterator[bytes]:
    return table(COLUMNS, (row.values() for row in rows))


def _ndjson(rows: Iterator[type_of_row]) -> Iterator[bytes]:
    for some in _batches(rows):
        yield b"".join(_written(row) + b"\n" for row in some)


def _json(rows: Iterator[type_of_row]) -> Iterator[bytes]:
    before = b"["
    for some in _batches(rows):
        yield before + b",\n".join(map(_written, some))
        before = b",\n"
    yield b"[]\n" if before == b"[" else b"]\n"


_FORMS: Final[dict[str, Callable[[Iterator[type_of_row]], Iterator[bytes]]]] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
}


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some


def _written(row: type_of_row) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_UTC_Z)


def _lines(rows: Iterable[Iterable[Any]], *, begins: str = "") -> bytes:
    page = io.StringIO(begins)
    page.seek(0, io.SEEK_END)
    csv.writer(page).writerows(rows)  # RFC 4180: CRLF
    return page.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return cells.neutral(",".join(value))
    return cells.neutral(str(value))
