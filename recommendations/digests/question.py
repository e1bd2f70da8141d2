"""Questions to the register that are asked for many readers in one statement, compiled once for all of them."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, DateField, DateTimeField, Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field, QuerySet
    from django.db.models.sql.compiler import SQLCompiler

    from recommendations.digests.audience import Reader

    type_of_sql = list[tuple[str, tuple[Any, ...]]]
    type_of_queries = dict[Hashable, type_of_sql]


class Terms(NamedTuple):
    """What the answer to a question depends on besides the shape of the digest; what does not matter is None.

    `subject` is a theme, source or organization; days are the reader's own: see `audience.Horizon`.
    """

    person: Any = None
    organization: Any = None
    subject: Any = None
    start: Any = None
    end: Any = None
    first: Any = None
    next: Any = None
    silent_from: Any = None
    silent_until: Any = None


class Key(NamedTuple):
    """Who get the same answer to a question: those whose digests have the same shape, with the same terms."""

    question: str
    shape: Hashable
    terms: Terms


class Said(Expression):
    """A term in a question: the column of this name in the list of readers that the question is asked for."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        """Name a member of `Terms`."""
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Return the column."""
        return f'reader."{self.name}"', ()


_TYPES: Final = {
    **dict.fromkeys(("person", "organization", "subject"), ("bigint", BigIntegerField)),
    **dict.fromkeys(("start", "end"), ("timestamptz", DateTimeField)),
    **dict.fromkeys(("first", "next", "silent_from", "silent_until"), ("date", DateField)),
}
SAID: Final = Terms(*(Said(name, _TYPES[name][1]()) for name in Terms._fields))
_LISTED: Final = ", ".join(["%s::int[]", *(f"%s::{_TYPES[name][0]}[]" for name in Terms._fields)])
_NAMED: Final = ", ".join(["number", *(f'"{name}"' for name in Terms._fields)])
_BLOCK: Final = (
    f"SELECT reader.number, found.* FROM unnest({_LISTED}) AS reader ({_NAMED}) CROSS JOIN LATERAL ({{}}) found"  # noqa: S608 - names of this module
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a part of the register: `build` makes its queries, which name readers' terms by `SAID`.

    All queries have the same columns; `depends` are the terms that matter besides those of the part itself.
    """

    name: str
    build: Callable[[Reader], Sequence[QuerySet[Any, Any]]]
    depends: tuple[str, ...] = ()
    is_own: bool = False  # whether it is about the person whatever the digest is about

    def key(self, reader: Reader) -> Key:
        """Return what is equal for readers who get the same answer."""
        return Key(self.name, reader.shape, reader.terms(self.depends, own=self.is_own))


def ask(question: Question, asked: Mapping[Key, Reader], queries: type_of_queries) -> dict[Key, list[tuple[Any, ...]]]:
    """Return the rows for each key, of which one reader is given; one statement. `queries` keeps them for the next time."""
    shapes: dict[Hashable, list[Key]] = defaultdict(list)
    for key in asked:
        shapes[key.shape].append(key)
    keys: list[Key] = []
    blocks: list[str] = []
    parameters: list[Any] = []
    for shape, some in shapes.items():
        rows = [(len(keys) + place, *key.terms) for place, key in enumerate(some)]
        columns = [list(column) for column in zip(*rows, strict=True)]
        keys += some
        for sql, said in _queries(question, shape, asked[some[0]], queries):
            blocks.append(_BLOCK.format(sql))
            parameters += [*columns, *said]
    found: dict[Key, list[tuple[Any, ...]]] = {key: [] for key in keys}
    if not blocks:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(blocks), parameters)
        for number, *row in cursor.fetchall():
            found[keys[number]].append(tuple(row))
    return found


def _queries(question: Question, shape: Hashable, reader: Reader, queries: type_of_queries) -> type_of_sql:
    key = (question.name, shape)
    if key not in queries:
        queries[key] = [sql for query in question.build(reader) if (sql := _sql(query))]
    return queries[key]


def _sql(query: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]] | None:
    """Return a query as SQL; None when it can find nothing."""
    with contextlib.suppress(EmptyResultSet):
        return query.query.sql_with_params()
    return None
