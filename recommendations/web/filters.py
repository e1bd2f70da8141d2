"""The filters of the list as a page shows them: groups to tick with their counts, chips to remove, addresses that keep the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from django.utils.http import urlencode

from recommendations.models.names import names as all_names
from recommendations.models.organization import DEMONSTRATION
from recommendations.rules import drawing
from recommendations.rules.query import asked
from recommendations.web.labels import NAMES, OFFERED, ORDERS, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from recommendations.models.facets import Tally
    from recommendations.rules.drawing import Drawing
    from recommendations.rules.selection import Selection
    from recommendations.web.labels import Labels, Words

    Pairs = list[tuple[str, str]]

MOST_OFFERED: Final = 50  # values instead of one that does not exist
FIELDS: Final = frozenset({*OFFERED, "q", "ordering"})
LONG: Final = frozenset({"source", "lead"})
SINGLE: Final = {"stalled": "true", "disagreement": "true"}  # of these, one side only is a filter for everybody


@dataclass(frozen=True, slots=True)
class Option:
    """One value to tick, and how many there are of it (None: not counted)."""

    value: str
    label: Words
    is_chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A filter with its values; a long one is a drop-down list."""

    name: str
    label: Words
    options: tuple[Option, ...]
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value, and the address of the list without it."""

    name: Words
    value: Words
    address: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that its filter does not have, and values that it has, each with the address of the list with it instead."""

    name: Words
    value: str
    options: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """A selection as the page needs it. `pairs` and `query` are what it asks for, `how` the way it is drawn, `drawn` that as a query, `page_query` both,
    `kept` what of them the form has no field for, `feed_query` that of the feed of its changes: in its one order, and with strangers' eyes, who know nothing of what
    is one's own.
    """

    groups: tuple[Group, ...]
    chips: tuple[Chip, ...]
    orders: tuple[Option, ...]
    kept: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str], ...]
    how: tuple[tuple[str, str], ...]
    unknown: tuple[Unknown, ...]
    q: str
    query: str
    feed_query: str
    page_query: str
    drawn: str
    names: dict[str, dict[str, str]]
    has_demonstration: bool

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.chips)

    @property
    def cursor_query(self) -> str:
        """The parameters to put before a cursor."""
        return f"{self.page_query}&" if self.page_query else ""


def filters(wanted: Selection, drawn: Drawing, tally: Tally) -> Filters:
    """Lay a selection out; one statement, for the names of themes, sources and organizations."""
    pairs, names, how = asked(wanted), all_names(), drawing.asked(drawn)
    called = labels(names)
    groups = tuple(_group(name, called[name], pairs, tally.counts.get(name)) for name in OFFERED)
    return Filters(
        groups=groups,
        chips=tuple(_chip(pair, pairs, how, called) for pair in pairs if pair[0] != "ordering"),
        orders=_orders(wanted),
        kept=tuple(pair for pair in (*pairs, *how) if pair[0] not in FIELDS),
        pairs=tuple(pairs),
        how=tuple(how),
        unknown=tuple(_unknown(pair, pairs, how, called) for pair in pairs if pair[1] not in called.get(pair[0], pair)),
        q=wanted.q,
        query=urlencode(pairs),
        feed_query=urlencode([pair for pair in pairs if pair[0] not in {"ordering", "owner", "follower"}]),
        page_query=urlencode([*pairs, *how]),
        drawn=urlencode(how),
        names=names,
        has_demonstration=any(slug.startswith(DEMONSTRATION) for slug in names["lead"]),
    )


def in_words(queries: Iterable[str]) -> list[str]:
    """Say addresses of the list as its chips do (Theme: Economy; Status: Partly implemented); one statement for all."""
    called = labels(all_names())
    return ["; ".join(_said(name, value, called) for name, value in parse_qsl(query)) for query in queries]


def _said(name: str, value: str, called: Labels) -> str:
    values = value.split(",") if name in called else [value]
    return f"{NAMES.get(name, name)}: {', '.join(str(called.get(name, {}).get(one, one)) for one in values)}"


def _orders(wanted: Selection) -> tuple[Option, ...]:
    """Offer the ways to sort; the usual one, which words make another, is the one without a value."""
    usual = wanted.usual_ordering
    possible = [(value, label) for value, label in ORDERS if value != "relevance" or wanted.q]
    return tuple(Option("" if value == usual else value, label, value == wanted.ordering) for value, label in possible)


def address(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the address of the list with these parameters, relative to the page."""
    return f"?{urlencode(list(pairs))}"


def _group(name: str, called: Mapping[str, Words], pairs: Pairs, counts: Mapping[str, int] | None) -> Group:
    """Lay out a filter; of a long one only values that would find something."""
    options = tuple(
        Option(value, label, (name, value) in pairs, None if counts is None else counts.get(value, 0))
        for value, label in called.items()
        if SINGLE.get(name, value) == value
    )
    if name in LONG:
        options = tuple(option for option in options if option.is_chosen or option.count != 0)
    return Group(name, NAMES[name], options, is_long=name in LONG)


def _chip(pair: tuple[str, str], pairs: Pairs, how: Pairs, called: Labels) -> Chip:
    name, value = pair
    rest = [other for other in pairs if other != pair]
    return Chip(NAMES[name], called.get(name, {}).get(value, value), address([*rest, *how]))


def _unknown(pair: tuple[str, str], pairs: Pairs, how: Pairs, called: Labels) -> Unknown:
    name, value = pair
    rest = [other for other in pairs if other != pair]
    options = [Chip(NAMES[name], label, address([*rest, (name, known), *how])) for known, label in called[name].items()]
    return Unknown(NAMES[name], value, tuple(options[:MOST_OFFERED]))
