"""What a page of the list is about: the question, how it is drawn, and what was found. Each way to draw it starts from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recommendations.models import search
from recommendations.models.translated import reader_language
from recommendations.rules import drawing
from recommendations.rules.query import asked
from recommendations.web import asof
from recommendations.web.cells import Cells
from recommendations.web.filters import address

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.http import HttpRequest

    from recommendations.models.facets import Tally
    from recommendations.models.finding import Found
    from recommendations.rules.drawing import Drawing
    from recommendations.rules.selection import Selection
    from recommendations.web.filters import Filters


@dataclass(frozen=True, slots=True)
class Shown:
    """A list to draw. `wanted` is what was really looked for: with other words than were asked for if those were misspelt."""

    request: HttpRequest
    wanted: Selection
    drawn: Drawing
    found: Found
    tally: Tally
    filters: Filters

    @property
    def today(self) -> dt.date:
        """The day that it is seen on."""
        return asof.today(self.request)

    def cells(self, columns: tuple[str, ...], keys: Sequence[int] = ()) -> Cells:
        """Return who writes the cells of these columns; in items with these `keys` what a search has found is marked."""
        words = self.filters.q
        marked = search.highlights(keys, words, reader_language()) if words and keys else {}
        return Cells(columns, self.filters.names, self.today, marked)

    def address(self, **other: Any) -> str:
        """Return the address of the same list but for some of its parameters, each with its value (empty: not asked)."""
        pairs = [*asked(self.wanted), *drawing.asked(self.drawn)]
        kept = [pair for pair in pairs if pair[0] not in other]
        return address([*kept, *((name, value) for name, value in other.items() if value)])
