"""Pages of a list by the values of their first and last row: as quick at any depth, stable under writes."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, Model, QuerySet

MOST: Final = 200
USUAL: Final = 50
_SALT: Final = "recommendations.models.keyset 1"  # another number when cursors mean something else
_SEAL: Final = 12  # bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list and the cursors before and after them (None at either end)."""

    rows: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column without NULL and the id, both in one direction. `name` marks its cursors."""

    name: str
    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: beyond (or, `back`, before) the row of these values. None of them: at the list's own beginning."""

    back: bool = False
    values: Sequence[Any] | None = None


def page(rows: QuerySet[Model, Any], order: Order, *, cursor: str | None, size: int, question: str = "") -> Page:
    """Return the page at a cursor (None: the first). Rows may be instances or dicts that hold the column and `id`.

    `question` is what else the list was asked for: a cursor is good for the same question only.
    Raises `Invalid` when the cursor is not one of this list in this order.
    """
    asked = f"{order.name} {question}"
    place = read(cursor, asked)
    descending = order.descending != place.back
    if place.values is not None:
        rows = rows.filter(_beyond(rows, order.column, place.values, descending=descending))
    sign = "-" if descending else ""
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}id")[: size + 1])
    return cut(found, place, size=size, question=asked, mark=lambda row: _mark(order, row))


def cut(found: list[Any], place: Place, *, size: int, question: str, mark: Callable[[Any], Sequence[Any]]) -> Page:
    """Make a page of rows that were found from a place on, one more than fit; `mark` returns the values of a row's place."""
    more, found = len(found) > size, found[:size]
    if place.back:
        found.reverse()
    has_next = bool(found) and (place.back or more)
    has_previous = bool(found) and (more if place.back else place.values is not None)
    return Page(
        found,
        _write(question, mark(found[-1]), back=False) if has_next else None,
        _write(question, mark(found[0]), back=True) if has_previous else None,
    )


def read(cursor: str | None, question: str) -> Place:
    """Return the place that a cursor names. Raises `Invalid` for one that was not made here for this question."""
    if not cursor:
        return Place()
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        seal, text = sealed[:_SEAL], sealed[_SEAL:]
        if constant_time_compare(seal, _seal(text, question)):
            back, *values = json.loads(text)
            return Place(bool(back), values)
    except (ValueError, binascii.Error):
        pass
    said = _("This place in the list is not one of this order; begin again without it.")
    raise Invalid(Problem("bad_cursor", said, "cursor"))


def _write(question: str, values: Sequence[Any], *, back: bool) -> str:
    text = json.dumps([int(back), *values]).encode()
    return base64.urlsafe_b64encode(_seal(text, question) + text).decode().rstrip("=")


def _seal(text: bytes, question: str) -> bytes:
    return salted_hmac(_SALT, text + question.encode(), algorithm="sha256").digest()[:_SEAL]


def _beyond(rows: QuerySet[Model, Any], column: str, values: Sequence[Any], *, descending: bool) -> Q:
    way = "lt" if descending else "gt"
    first, last = _field(rows, column).to_python(values[0]), values[1]
    return Q(**{f"{column}__{way}e": first}) & (Q(**{f"{column}__{way}": first}) | Q(**{f"id__{way}": last}))


def _mark(order: Order, row: Any) -> Sequence[Any]:
    value, identity = (row[order.column], row["id"]) if isinstance(row, dict) else (getattr(row, order.column), row.pk)
    return [value if isinstance(value, int) else str(value), identity]


def _field(rows: QuerySet[Model, Any], column: str) -> Field[Any, Any]:
    annotation = rows.query.annotations.get(column)
    return (
        annotation.output_field
        if annotation is not None
        else cast("Field[Any, Any]", rows.model._meta.get_field(column))  # noqa: SLF001 - Django's public name for it
    )
