"""What an export shows and an import cannot change: whether somebody tried to, cell by cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.exchange.incoming.child import normal
from recommendations.exchange.incoming.headings import label
from recommendations.models import Assignment
from recommendations.models.assignment import AssignmentRole
from recommendations.rules import calendar
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.errors import Problem
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import CROSSWALK, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models.enums import TextChoices

    from recommendations.models import Recommendation

_TRUE: Final = frozenset({"true", "yes", "1", "истина", "да"})
_FALSE: Final = frozenset({"false", "no", "0", "ложь", "нет"})
_LANGUAGES: Final = ("en", "ru")
_ZONES: Final = dt.timedelta(hours=15)  # a time without its zone may be anybody's
_CLOCK: Final = dt.timedelta(seconds=2)  # programs for tables keep less of a second than we do


@dataclass(frozen=True, slots=True)
class Now:
    """An item as it is, with its leading organization."""

    item: Recommendation
    lead: str
    today: dt.date

    @property
    def days(self) -> list[dt.date]:
        """Days since the item's last change on which what is computed of the day may have become another."""
        begin, target, seen = self.item.updated_at.date(), self.item.target_on, self.item.assessed_on
        turns = [begin, self.today]
        turns += [target + dt.timedelta(days) for days in (-30, -29, 0, 1)] if target else []
        turns += [seen + dt.timedelta(days) for days in (0, 89, 90, 91, 179, 180, 181)] if seen else []
        return [day for day in turns if begin - dt.timedelta(1) <= day <= self.today]


def _status(name: str) -> Callable[[Now, str], bool]:
    def is_so(now: Now, cell: str) -> bool:
        value = Status(getattr(now.item, name))
        return normal(cell) in {*_names(Status)[value], *(normal(word) for word in CROSSWALK[value].values()), ""}

    return is_so


def _flag(is_set: Callable[[Recommendation], bool]) -> Callable[[Now, str], bool]:
    return lambda now, cell: normal(cell) in (_TRUE if is_set(now.item) else _FALSE)


def _moment(name: str) -> Callable[[Now, str], bool]:
    def is_so(now: Now, cell: str) -> bool:
        value = getattr(now.item, name)
        try:
            said = dt.datetime.fromisoformat(cell) if cell else None
        except ValueError:
            return False
        if said is None or value is None:
            return said is value
        slack = _CLOCK if said.tzinfo else _ZONES
        return bool(abs((said if said.tzinfo else said.replace(tzinfo=dt.UTC)) - value) <= slack)

    return is_so


def _response(now: Now, cell: str) -> bool:
    return normal(cell) in _names(Answer)[now.item.answer] if now.item.answer else not cell


_SAME: Final[dict[str, Callable[[Now, str], bool]]] = {
    "status": _status("status"),
    "reported_status": _status("reported_status"),
    "verified_status": _status("verified_status"),
    "is_self_reported": _flag(lambda item: item.reported_id is not None and item.verified_id is None),
    "disagreement": _flag(lambda item: None not in (item.reported_id, item.verified_id) and item.reported_status != item.verified_status),
    "assessed_on": lambda now, cell: cell.partition("T")[0] == (now.item.assessed_on.isoformat() if now.item.assessed_on else ""),
    "response": _response,
    "delivery": lambda now, cell: normal(cell) in _at_any(Delivery, (calendar.delivery(now.item.target_on, now.item.status, day) for day in now.days)),
    "freshness": lambda now, cell: normal(cell) in _at_any(Freshness, (calendar.freshness(now.item.assessed_on, day) for day in now.days)),
    "lead": lambda now, cell: cell == now.lead,
    "withdrawn_at": _moment("withdrawn_at"),
    "created_at": _moment("created_at"),
}  # fmt: skip
# What a row may not say of an item that is new: somebody has to do it, and an import does not.
_DONE: Final = frozenset(
    {"status", "reported_status", "verified_status", "assessed_on", "response", "lead", "withdrawn_at"}
)


def current(items: Sequence[Recommendation]) -> dict[int, str]:
    """Return the leading organization of each item that has one."""
    if not items:
        return {}
    leading = Assignment.objects.standing().filter(recommendation__in=items, role=AssignmentRole.LEAD)
    return dict(leading.values_list("recommendation_id", "organization__slug"))


def check(
    shown: dict[str, str], item: Recommendation | None, leads: dict[int, str], *, today: dt.date, is_current: bool
) -> list[Problem]:
    """Return the cells that say something else than the register does.

    Those of a row that was made of an earlier version (not `is_current`) may differ by what others did since.
    """
    cells = {name: cell.strip() for name, cell in shown.items()}
    if item is None:
        return [
            _problem(name)
            for name in _DONE & cells.keys()
            if normal(cells[name]) not in {"", *_names(Status)[Status.NOT_ASSESSED]}
        ]
    if not is_current:
        return []
    now = Now(item, leads.get(item.pk, ""), today)
    return [_problem(name) for name, cell in cells.items() if name in _SAME and not _SAME[name](now, cell)]


def _problem(name: str) -> Problem:
    if name in {"status", "reported_status", "verified_status", "is_self_reported", "disagreement", "assessed_on"}:
        text = _(
            "“%(column)s” is changed by a status update, not by an import. Put back what the export said, or remove the column."
        )
    else:
        text = _("“%(column)s” is not changed by an import. Put back what the export said, or remove the column.")
    return Problem("not_importable", text % {"column": label(name)}, name)


@cache
def _names(choices: type[TextChoices]) -> dict[Any, frozenset[str]]:
    """Return what each value may be called, in either language."""
    found = {}
    for one in choices:
        called = {normal(one.value)}
        for language in _LANGUAGES:
            with translation.override(language):
                called.add(normal(str(one.label)))
        found[one.value] = frozenset(called)
    return found


def _at_any(choices: type[TextChoices], found: Any) -> set[str]:
    return {name for value in found for name in _names(choices)[value]}
