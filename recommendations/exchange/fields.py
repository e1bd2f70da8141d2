"""Values of a strict YAML file: texts, choices, numbers and dates, each refused with its line and what to do."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from recommendations.exchange.lines import Mapping, Sequence, Text, Wrong
from recommendations.rules import calendar
from recommendations.rules.calendar import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from recommendations.exchange.lines import Node
    from recommendations.rules.errors import Problem

_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,6}")


class Fields:
    """The keys of one mapping, taken one by one; what is left over in the end is unknown."""

    def __init__(self, node: Node, what: str) -> None:
        if not isinstance(node, Mapping):
            raise Wrong(node.line, _("%(what)s must be a mapping of keys to values.") % {"what": what})
        self.line = node.line
        self._what, self._node, self._left = what, node, dict(node.items)

    def done(self) -> None:
        for key in self._left:
            detail = _("%(what)s has no key “%(key)s”. Remove it, or correct its spelling.")
            raise Wrong(self._node.key_lines[key], detail % {"what": self._what, "key": key[:60]})

    def take(self, key: str) -> Node | None:
        return self._left.pop(key, None)

    def need(self, key: str) -> Node:
        node = self.take(key)
        if node is None:
            detail = _("%(what)s lacks the key “%(key)s”. Add it.")
            raise Wrong(self.line, detail % {"what": self._what, "key": key})
        return node

    def text(self, key: str, *, default: str | None = None) -> str:
        node = self.need(key) if default is None else self.take(key)
        return text(node, key) if node is not None else default or ""

    def choice(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        node = self.need(key) if default is None else self.take(key)
        return one_of(node, key, allowed) if node is not None else default or ""

    def both(self, key: str, *, is_optional: bool = False) -> dict[str, str]:
        """Take a text in both languages, as two columns."""
        node = self.take(key) if is_optional else self.need(key)
        if node is None:
            return {f"{key}_en": "", f"{key}_ru": ""}
        inner = Fields(node, f"“{key}”")
        pair = {f"{key}_en": inner.text("en"), f"{key}_ru": inner.text("ru")}
        inner.done()
        return pair

    def items(self, key: str) -> tuple[Node, ...]:
        node = self.take(key)
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            raise Wrong(node.line, _("“%(key)s” must be a list.") % {"key": key})
        return node.items

    def name(self, key: str, check: Callable[[str], list[Problem]]) -> str:
        """Take a public name (slug, reference) that has to be well-formed."""
        node = self.need(key)
        value = text(node, key)
        for problem in check(value):
            raise Wrong(node.line, str(problem.detail))
        return value


def text(node: Node, key: str) -> str:
    """Return the text of a scalar."""
    if not isinstance(node, Text):
        raise Wrong(
            node.line, _("“%(key)s” must be a text. Put it in quotes if it holds a colon or a bracket.") % {"key": key}
        )
    return node.value


def one_of(node: Node, key: str, allowed: Collection[str]) -> str:
    """Return one of a closed list."""
    value = text(node, key)
    if value not in allowed:
        detail = _("“%(value)s” is no value of “%(key)s”. Take one of these: %(allowed)s.")
        raise Wrong(node.line, detail % {"value": value[:60], "key": key, "allowed": ", ".join(sorted(allowed)) or "–"})
    return value


def count(node: Node, key: str) -> int:
    """Return a whole number from 1."""
    value = text(node, key)
    if not _COUNT.fullmatch(value):
        raise Wrong(node.line, _("“%(key)s” must be a whole number from 1.") % {"key": key})
    return int(value)


def decimal(node: Node, key: str) -> Decimal:
    """Return a number with at most four decimals."""
    value = text(node, key)
    if not _NUMBER.fullmatch(value):
        detail = _("“%(key)s” must be a number such as 49.5, with a point and at most four decimals.")
        raise Wrong(node.line, detail % {"key": key})
    return Decimal(value)


def partial(node: Node, key: str) -> tuple[dt.date, Precision]:
    """Return the first day of a year, a month or a day, and which of them it is."""
    return _day(text(node, key), node.line, key)


def period(node: Node, key: str) -> tuple[dt.date, dt.date]:
    """Return the first and last day of `2018`, `2018-06`, `2018-06-14` or `2019-01/2019-04`."""
    first, slash, last = text(node, key).partition("/")
    start, precision = _day(first, node.line, key)
    end_start, end_precision = _day(last, node.line, key) if slash else (start, precision)
    end = calendar.last_day(end_start, end_precision)
    if end < start:
        raise Wrong(node.line, _("The period ends before it begins. Write it as 2019-01/2019-04."))
    return start, end


def _day(value: str, line: int, key: str) -> tuple[dt.date, Precision]:
    parts = _DATE.fullmatch(value)
    detail = _("“%(key)s” must be a year, a month or a day that exists, such as 2019, 2019-06 or 2019-06-14.")
    if parts is None:
        raise Wrong(line, detail % {"key": key})
    year, month, day = parts.groups()
    try:
        start = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise Wrong(line, detail % {"key": key}) from None
    return start, Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
