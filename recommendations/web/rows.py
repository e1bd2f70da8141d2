"""The rows of the list as HTML. A page has fifty: the partial of one is rendered once for each language, and then only filled in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from recommendations.web.cells import Cells
    from recommendations.web.labels import Words

# Beside reference and title: what each column is called, and the order that its head sorts by.
COLUMNS: Final[dict[str, tuple[Words, str]]] = {
    "verified": (_("Reviewed"), "status"),
    "reported": (_("Self-reported"), ""),
    "lead": (pgettext_lazy("assignment", "Lead"), ""),
    "target": (_("Target date"), "due_on"),
    "assessed": (_("Last assessed"), ""),
    "priority": (_("Priority"), "priority"),
    "instrument": (_("Instrument"), ""),
    "theme": (_("Themes"), ""),
    "source": (_("Source"), ""),
    "response": (_("Response"), ""),
    "updated": (_("Last change"), "updated_at"),
}
_TITLED: Final = ("reference", "address", "title", "about", "found", "internal")
_CARD: Final = (*_TITLED, "reported_only", "lead", "due", "age")


def rows(found: Iterable[Mapping[str, Any]], cells: Cells, *, is_to_choose: bool) -> SafeString:
    """Return the lines of the table, with the columns of `cells`."""
    columns = tuple(_slot(name) for name in cells.columns)
    fill = _partial(
        "recommendation/_row.html", (*_TITLED, *cells.columns), (("columns", columns), ("is_to_choose", is_to_choose)),
        get_language(),
    )  # fmt: skip
    return SafeString("".join(fill(cells.of(row)) for row in found))


def cards(found: Iterable[Mapping[str, Any]], cells: Cells, movable: frozenset[int]) -> SafeString:
    """Return the cards of a column of the board; those of `movable` (ids) can be chosen to be moved."""
    fills = {
        is_movable: _partial("recommendation/_card.html", _CARD, (("is_movable", is_movable),), get_language())
        for is_movable in (True, False)
    }
    return SafeString("".join(fills[row["id"] in movable](cells.of(row)) for row in found))


@lru_cache(maxsize=64)
def _partial(
    template: str, slots: tuple[str, ...], said: tuple[tuple[str, Any], ...], _language: str | None
) -> Callable[[Mapping[str, str]], str]:
    page = render_to_string(template, {**dict(said), **{name: _slot(name) for name in slots}}).strip()
    texts, names = page.split("\0")[::2], page.split("\0")[1::2]
    return lambda cells: "".join(
        [*(part for pair in zip(texts, map(cells.__getitem__, names), strict=False) for part in pair), texts[-1]]
    )


def _slot(name: str) -> SafeString:
    return SafeString(f"\0{name}\0")
