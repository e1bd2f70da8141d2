"""How words are looked for: one vector of both languages for each recommendation, and one query for it."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.functions import Concat

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
