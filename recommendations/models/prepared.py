"""Statements that are asked again and again: written once, and planned once in each session.

Django puts values into the text of a statement, so that the database plans every one anew, and composing a large queryset takes ten
times as long as running it. What is asked by keys, on every list and every detail, goes this way instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

import psycopg
from django.db import connection
from django.db.models import BooleanField, F, Func, Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

AnyModel = TypeVar("AnyModel", bound=Model)
_KEYS: Final = object()  # stands for the keys among the values of a statement


def run(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement; within `past.as_of` nothing is kept of its plan."""
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    binding: Any = psycopg.Cursor(connection.connection)  # on the server's side; Django's own does not
    with wrapped(binding) as cursor:
        cursor.execute(statement, values)
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def keys(numbers: Iterable[int]) -> str:
    """Write keys as one value of a statement, for `= ANY(%s::bigint[])`."""
    return f"{{{','.join(map(str, numbers))}}}"


class _Among(Func):
    """Whether a column is one of the keys that the statement is asked for."""

    output_field = BooleanField()

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_args: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::bigint[])", (*values, _KEYS)


class Prepared(Generic[AnyModel]):
    """The rows of a queryset of `values()`, as dicts, for some keys at a time: at most so many.

    `key` is the column that they are looked up by.
    """

    def __init__(self, rows: QuerySet[AnyModel, dict[str, Any]], key: str = "pk", most: int | None = None) -> None:
        query = rows.filter(_Among(F(key)))[:most].query
        compiler = query.get_compiler(connection=connection)
        self._statement, values = compiler.as_sql()
        self._values = tuple(values)
        self._names = tuple(query.selected or ())
        self._converters = compiler.get_converters([one for one, *_sql in compiler.select])
        self._compiler = compiler

    def rows(self, *numbers: int) -> list[dict[str, Any]]:
        """Return the rows of these keys, in the order of the queryset."""
        wanted = keys(numbers)
        found = run(self._statement, [wanted if value is _KEYS else value for value in self._values])
        converted = self._compiler.apply_converters(found, self._converters) if self._converters else found
        return [dict(zip(self._names, row, strict=True)) for row in converted]
