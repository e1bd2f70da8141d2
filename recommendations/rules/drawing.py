"""How a list is drawn: as what, with which columns, grouped by what. None of it changes what is on the list (rules/selection.py)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from recommendations.rules.errors import refuse_if
from recommendations.rules.words import not_a_choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from recommendations.rules.errors import Problem

VIEWS: Final = ("table", "board", "timeline")
GROUPS: Final = ("source", "theme")
USUAL: Final = ("verified", "reported", "lead", "target", "assessed")
COLUMNS: Final = (*USUAL, "priority", "instrument", "theme", "source", "response", "updated")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A way to draw a list. `columns` are those of the table beside reference and title, `group` divides the timeline."""

    view: str = "table"
    columns: tuple[str, ...] = USUAL
    group: str = "source"


PARAMETERS: Final = tuple(member.name for member in fields(Drawing))
_CHOICES: Final = {"view": VIEWS, "columns": COLUMNS, "group": GROUPS}


def parse(params: Mapping[str, Sequence[str]]) -> Drawing:
    """Read the parameters of an address that are about drawing; empty ones ask nothing, the last of several counts.

    Columns are repeated or divided by commas, and always stand in their one order. Raises `Invalid` with a problem for each wrong value.
    """
    said = {name: [one for value in params.get(name, ()) for one in value.split(",") if one] for name in PARAMETERS}
    refuse_if([_wrong(name, one) for name, values in said.items() for one in values if one not in _CHOICES[name]])
    members = {name: values[-1] for name, values in said.items() if values and name != "columns"}
    columns = tuple(name for name in COLUMNS if name in said["columns"])
    return Drawing(**members, columns=columns or USUAL)


def asked(drawing: Drawing) -> list[tuple[str, str]]:
    """Return a drawing as parameters of an address, the defaults left out."""
    usual = Drawing()
    said = {name: getattr(drawing, name) for name in PARAMETERS if getattr(drawing, name) != getattr(usual, name)}
    return [(name, ",".join(value) if isinstance(value, tuple) else value) for name, value in said.items()]


def _wrong(name: str, value: str) -> Problem:
    return not_a_choice(value, _CHOICES[name], name)
