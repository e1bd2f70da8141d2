"""Pages of a list by the values of their first and last row: as quick at any depth, stable under writes."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field, Model, QuerySet

MOST: Final = 200
USUAL: Final = 50


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


def page(rows: QuerySet[Model, Any], order: Order, *, cursor: str | None, size: int) -> Page:
    """Return the page at a cursor (None: the first). Rows may be instances or dicts that hold the column and `id`.

    Raises `Invalid` when the cursor is not one of this list in this order.
    """
    back, values = _read(cursor, order, rows) if cursor else (False, None)
    descending = order.descending != back
    if values is not None:
        rows = rows.filter(_beyond(order.column, values, descending=descending))
    sign = "-" if descending else ""
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    has_next = bool(found) and (back or more)
    has_previous = bool(found) and (more if back else values is not None)
    return Page(
        found,
        _write(order, found[-1], back=False) if has_next else None,
        _write(order, found[0], back=True) if has_previous else None,
    )


def _beyond(column: str, values: Sequence[Any], *, descending: bool) -> Q:
    way = "lt" if descending else "gt"
    first, last = values
    return Q(**{f"{column}__{way}e": first}) & (Q(**{f"{column}__{way}": first}) | Q(**{f"id__{way}": last}))


def _write(order: Order, row: Any, *, back: bool) -> str:
    value, identity = (row[order.column], row["id"]) if isinstance(row, dict) else (getattr(row, order.column), row.pk)
    text = json.dumps([order.name, int(back), value if isinstance(value, int) else str(value), identity])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order, rows: QuerySet[Model, Any]) -> tuple[bool, tuple[Any, int]]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        name, back, value, identity = json.loads(text)
        known = name == order.name and back in {0, 1} and type(identity) is int and 0 < identity < 2**63
        if known:
            return bool(back), (_field(rows, order.column).to_python(_storable(value)), identity)
    except (ValueError, TypeError, binascii.Error, RecursionError, ValidationError):
        pass
    said = _("This place in the list is not one of this order; begin again without it.")
    raise Invalid(Problem("bad_cursor", said, "cursor"))


def _storable(value: object) -> int | str:
    if isinstance(value, int):
        return value if abs(value) < 2**63 else 0
    if not isinstance(value, str) or "\x00" in value or not value.isascii():
        raise TypeError(value)
    return value


def _field(rows: QuerySet[Model, Any], column: str) -> Field[Any, Any]:
    annotation = rows.query.annotations.get(column)
    return (
        annotation.output_field
        if annotation is not None
        else cast("Field[Any, Any]", rows.model._meta.get_field(column))  # noqa: SLF001 - Django's public name for it
    )
