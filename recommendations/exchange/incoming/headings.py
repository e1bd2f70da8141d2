"""The columns of a table that comes in: found by their names in either language, and the values that stand in them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from recommendations.actions.wording import CHOICES
from recommendations.exchange import cells
from recommendations.exchange.columns import COLUMNS, SCALED
from recommendations.exchange.incoming.child import normal
from recommendations.rules import references, words
from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

LABELS: Final = {
    "reference": gettext_lazy("Reference"),
    "title_en": gettext_lazy("Title in English"),
    "title_ru": gettext_lazy("Title in Russian"),
    "description_en": gettext_lazy("Description in English"),
    "description_ru": gettext_lazy("Description in Russian"),
    "source": gettext_lazy("Source"),
    "themes": gettext_lazy("Themes"),
    "instrument": gettext_lazy("Instrument"),
    "priority": gettext_lazy("Priority"),
    "target_on": gettext_lazy("Target date"),
    "visibility": gettext_lazy("Visibility"),
    "parent": gettext_lazy("Part of"),
    "status": gettext_lazy("Status"),
    "reported_status": gettext_lazy("Self-reported status"),
    "verified_status": gettext_lazy("Reviewed status"),
    "response": gettext_lazy("Response"),
    "delivery": gettext_lazy("Delivery"),
    "freshness": gettext_lazy("Freshness"),
    "lead": pgettext_lazy("assignment", "Lead"),
    "version": gettext_lazy("Version"),
}
WRITTEN: Final = COLUMNS[: COLUMNS.index("parent") + 1]
READ: Final = (*WRITTEN, "version")
SHOWN: Final = tuple(name for name in COLUMNS if name not in READ)  # what an export tells and an import cannot change
NEEDED: Final = frozenset({"title_en", "source", "instrument", "priority", "visibility"})
_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_WHOLE: Final = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_LANGUAGES: Final = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column stands where. `is_plain` tells that no cell was changed for the sake of programs for tables."""

    names: tuple[str | None, ...]
    line: int
    is_plain: bool


def label(name: str) -> str:
    """Return what a column is called in the reader's language; its own name where it has no other."""
    return str(LABELS.get(name, name))


@cache
def known() -> dict[str, str]:
    """Return the column that each name stands for, in any language, without case, spaces and marks."""
    found = {normal(name): name for name in (*COLUMNS, *SCALED)}
    for language in _LANGUAGES:
        with translation.override(language):
            found |= {normal(str(text)): name for name, text in LABELS.items()}
    return found


def layout(header: list[str], line: int, *, is_plain: bool) -> tuple[Layout, list[Problem]]:
    """Return which column stands where, and what is wrong with that; `field` of a problem is the header's cell."""
    names, by_name = [], known()
    problems: list[Problem] = []
    for cell in ("".join(filter(str.isprintable, each)) for each in header):
        name = by_name.get(normal(cells.restored(cell)))
        if name is None and cell.strip():
            problems.append(_unknown(cell))
        elif name is not None and name in names:
            text = _("The column “%(name)s” stands here twice. Remove one of them.")
            problems.append(Problem("column_twice", text % {"name": cell[:60]}, cell[:60]))
        names.append(name)
    if "reference" not in names:
        text = _("There is no column “%(name)s”: take the template, or an export, and leave its first row.")
        problems.append(Problem("column_missing", text % {"name": label("reference")}, "reference"))
    return Layout(tuple(names), line, is_plain), problems


def _unknown(cell: str) -> Problem:
    close = get_close_matches(normal(cell), known(), n=1)
    text = _("There is no column “%(name)s” here. Remove it; possible are: %(names)s.")
    if close:
        text = _("There is no column “%(name)s” here. Did you mean “%(close)s”? Rename it, or remove it.")
    said = {"name": cell[:60], "close": known()[close[0]] if close else "", "names": ", ".join(READ)}
    return Problem("unknown_column", text % said, cell[:60])


def read(row: list[Any], at: Layout) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    """Return what a row says: values to write (as JSON holds them), cells of what is only shown, and what is wrong."""
    said: dict[str, Any] = {}
    shown: dict[str, str] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(row):
        name = at.names[place] if place < len(at.names) else None
        if cell is None or name in SCALED:  # what other bodies would call it follows from the rest
            continue
        if name is None:
            problems += _astray(cell, place)
            continue
        plain = cell if at.is_plain or not isinstance(cell, str) else cells.restored(cell)
        if unstorable := _check_letters(plain, name):
            problems += unstorable
            continue
        if name in SHOWN:
            shown[name] = plain if isinstance(plain, str) else str(plain)
            continue
        value = _value(name, plain)
        if isinstance(value, Problem):
            problems.append(value)
        else:
            said[name] = value
    return said, shown, problems


def _astray(cell: Any, place: int) -> list[Problem]:
    if not (isinstance(cell, str) and not cell.strip()):
        text = _("The cell in column %(place)d has no heading. Remove it, or name its column.")
        return [Problem("unknown_column", text % {"place": place + 1}, str(place + 1))]
    return []


def _check_letters(cell: Any, name: str) -> list[Problem]:
    text = cell if isinstance(cell, str) else "".join(cell) if isinstance(cell, list) else ""
    return words.check_text(text, name, longest=len(text))


def _value(name: str, cell: Any) -> Any:
    """Return what a cell stands for, or what is wrong with it."""
    if name == "themes":
        return _themes(cell)
    if not isinstance(cell, str):
        return Problem("bad_value", _("This has to be a text."), name)
    if name in {"title_en", "title_ru", "description_en", "description_ru"}:
        return cell
    text = cell.strip()
    if name in CHOICES and text:
        return _choice(name, text)
    return _READERS[name](text) if name in _READERS and text else text or _EMPTY.get(name, "")


def _themes(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = re.split("[,;\n]", cell)
    if not isinstance(cell, list):
        return Problem("bad_value", _("This has to be a list of themes, with commas between them."), "themes")
    return list(dict.fromkeys(slug.strip() for slug in cell if slug.strip()))


def _choice(name: str, text: str) -> Any:
    found = _choices(name).get(normal(text))
    return found or words.not_a_choice(text, CHOICES[name].values, name)


@cache
def _choices(name: str) -> dict[str, str]:
    """Return the value that each name of a choice stands for, in either language."""
    choices = CHOICES[name]
    made = {normal(value): value for value in choices.values}
    for language in _LANGUAGES:
        with translation.override(language):
            made |= {normal(str(text)): value for value, text in choices.choices}
    return made


def _day(text: str) -> Any:
    found = _DAY.fullmatch(text)
    back = None if found else _DAY_FIRST.fullmatch(text)
    try:
        parts = found.groups() if found else back.groups()[::-1] if back else ("0", "0", "0")
        return dt.date(*map(int, parts)).isoformat()
    except ValueError:
        return Problem("bad_value", _("This is not a date; write it like 2026-11-24."), "target_on")


def _version(text: str) -> Any:
    found = _WHOLE.fullmatch(text)
    if found is None or found[1].strip("0") == "":
        return Problem("bad_value", _("This has to be the number that the export gave, or empty."), "version")
    return int(found[1])


_READERS: Final = {"target_on": _day, "version": _version}
_EMPTY: Final = {"version": None}


def check_reference(reference: str) -> list[Problem]:
    """Return what is wrong with a row's reference, its absence included."""
    if not reference:
        return [Problem("required", _("This is needed; fill it in."), "reference")]
    return references.check_reference(reference)


def required(said: dict[str, Any], names: Iterable[str]) -> list[Problem]:
    """Return which cells may not be empty."""
    return [Problem("required", _("This is needed; fill it in."), name) for name in names if said.get(name) == ""]


def day(text: str) -> dt.date:
    """Return a date as a row keeps it."""
    return dt.date.fromisoformat(text)
