"""How words are looked for: one vector of both languages for each recommendation, and one query for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, CharField, Expression, F, Func, IntegerField, TextField, Value, When
from django.db.models.functions import Concat

from recommendations.models import prepared
from recommendations.models.translated import LANGUAGES
from recommendations.rules import references
from recommendations.texts import marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.sql.compiler import SQLCompiler

CONFIG: Final = "relations"  # English for words in Latin letters, Russian for the others; made by migration 0140


class Folded(Func):
    """A text without accents: é is e, ё is е."""

    function = "relations_folded"
    output_field = TextField()


def vector(column: str, *, weight: str) -> SearchVector:
    """Return the words of a column in both languages."""
    both = Concat(F(f"{column}_en"), Value(" "), F(f"{column}_ru"), output_field=TextField())
    return SearchVector(Folded(both), weight=weight, config=CONFIG)


def query(words: str) -> SearchQuery:
    """Return what somebody asks for: words in any form, "quoted phrases", -without, this OR that."""
    return SearchQuery(Folded(Value(words, CharField())), config=CONFIG, search_type="websearch")


class _Grade(Func):
    """From 0 to 1,900,000: how often and how near one another the words stand; above 1,000,000 when the title has them all."""

    output_field = IntegerField()
    arity = 2

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_args: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        (vector, of_vector), (asked, of_asked) = (compiler.compile(one) for one in self.source_expressions)
        statement = (
            f"((ts_filter({vector}, '{{a}}') @@ {asked})::int * 1000000"
            f" + (ts_rank({vector}, {asked}, 1) * 900000)::int)"
        )
        return statement, (*of_vector, *of_asked) * 2


def grade(words: str) -> Expression:
    """Return how well an item answers a query, as a whole number; the item with that reference does best."""
    how_well, reference = _Grade(F("search"), query(words)), references.meant(words)
    return Case(When(reference=reference, then=Value(2_000_000)), default=how_well) if reference else how_well


_BEGIN, _END = (f"chr({ord(mark)})" for mark in (marks.BEGIN, marks.END))
_SELECTED: Final = f"'StartSel=' || {_BEGIN} || ', StopSel=' || {_END}"
_MARKED: Final = f"""
SELECT r.id, ts_headline('{CONFIG}', {{title}}, asked, 'HighlightAll=true,' || {_SELECTED}),
    ts_headline('{CONFIG}', {{description}}, asked,
        'MaxFragments=2,MaxWords=24,MinWords=8,FragmentDelimiter=" … ",' || {_SELECTED})
FROM recommendations_recommendation r, websearch_to_tsquery('{CONFIG}', relations_folded(%s)) asked
WHERE r.id = ANY(%s::bigint[])
"""  # noqa: S608 - constants


def highlights(ids: Iterable[int], words: str, language: str) -> dict[int, tuple[str, str]]:
    """Return for each item its title and fragments of its description, in a language, with `texts.marks` around what was found.

    A description in which nothing was found is empty.
    """
    other = next(code for code in LANGUAGES if code != language)
    said = {name: f"coalesce(nullif(r.{name}_{language}, ''), r.{name}_{other})" for name in ("title", "description")}
    found = prepared.run(_MARKED.format(**said), [words, prepared.keys(ids)])
    return {key: (title, text if marks.BEGIN in text else "") for key, title, text in found}
