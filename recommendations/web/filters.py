"""The filters of the list as a page shows them: groups to tick, chips to remove, addresses that keep the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.names import names as all_names
from recommendations.models.organization import DEMONSTRATION
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.capture import EvidenceState
from recommendations.rules.lifecycle import Status
from recommendations.rules.query import asked
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

    from recommendations.rules.selection import Selection

    Words = str | _StrPromise

NAMES: Final = {
    "q": _("Search"),
    "status": _("Status"),
    "verified_status": _("Reviewed status"),
    "reported_status": _("Self-reported status"),
    "disagreement": _("Ratings"),
    "computed": _("Parts"),
    "stalled": _("Silence"),
    "evidence": _("Evidence"),
    "theme": _("Theme"),
    "delivery": _("Delivery"),
    "freshness": _("Freshness"),
    "response": _("Response"),
    "instrument": _("Instrument"),
    "priority": _("Priority"),
    "source": _("Source"),
    "lead": _("Lead"),
    "organization": _("Organization"),
    "owner": _("Owner"),
    "follower": _("Followed by"),
    "withdrawn": _("Withdrawn"),
    "due_before": _("Due before"),
    "due_after": _("Due after"),
    "updated_since": _("Changed since"),
}
YES_NO: Final[dict[str, dict[str, Words]]] = {
    "disagreement": {"true": _("Owner and reviewer disagree"), "false": _("Owner and reviewer do not disagree")},
    "computed": {"true": pgettext_lazy("filter", "Split into parts"), "false": _("Not split into parts")},
    "stalled": {"true": _("Stalled"), "false": _("Not stalled")},
    "withdrawn": {"true": _("Withdrawn ones only")},
    "owner": {"me": _("Mine")},
    "follower": {"me": _("Me")},
}
ORDERS: Final = (
    ("relevance", _("Best match first")),
    ("reference", _("Reference")),
    ("due_on", _("Target date, soonest first")),
    ("-updated_at", _("Latest change first")),
    ("priority", _("Priority, high first")),
    ("status", pgettext_lazy("sorting", "Status, least advanced first")),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One value to tick."""

    value: str
    label: Words
    is_chosen: bool


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
class Filters:
    """A selection as the page needs it. `query` is its own address, `feed_query` that of the feed of its changes: in
    its one order, and with strangers' eyes, who know nothing of what is one's own.
    """

    groups: tuple[Group, ...]
    chips: tuple[Chip, ...]
    orders: tuple[Option, ...]
    kept: tuple[tuple[str, str], ...]
    q: str
    query: str
    feed_query: str
    theme_names: dict[str, str]
    has_demonstration: bool

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.chips)

    @property
    def page_query(self) -> str:
        """The parameters to put before a cursor."""
        return f"{self.query}&" if self.query else ""


def filters(wanted: Selection) -> Filters:
    """Lay a selection out; one statement, for the names of themes, sources and organizations."""
    pairs = asked(wanted)
    names: dict[str, dict[str, Words]] = {kind: {**said} for kind, said in all_names().items()}
    groups = tuple(_group(name, choices, pairs) for name, choices in _choices(names).items())
    ticked = {group.name for group in groups}
    return Filters(
        groups=groups,
        chips=tuple(_chip(pair, pairs, names) for pair in pairs if pair[0] != "ordering"),
        orders=_orders(wanted),
        kept=tuple(pair for pair in pairs if pair[0] not in ticked and pair[0] not in {"q", "ordering"}),
        q=wanted.q,
        query=urlencode(pairs),
        feed_query=urlencode([pair for pair in pairs if pair[0] not in {"ordering", "owner", "follower"}]),
        theme_names={slug: str(name) for slug, name in names["theme"].items()},
        has_demonstration=any(slug.startswith(DEMONSTRATION) for slug in names["lead"]),
    )


def _orders(wanted: Selection) -> tuple[Option, ...]:
    """Offer the ways to sort; the usual one, which words make another, is the one without a value."""
    usual = wanted.usual_ordering
    possible = [(value, label) for value, label in ORDERS if value != "relevance" or wanted.q]
    return tuple(Option("" if value == usual else value, label, value == wanted.ordering) for value, label in possible)


def address(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the address of the list with these parameters, relative to the page."""
    return f"?{urlencode(list(pairs))}"


def _choices(names: dict[str, dict[str, Words]]) -> dict[str, dict[str, Words]]:
    return {
        "status": dict(Status.choices),
        "theme": names["theme"],
        "delivery": dict(Delivery.choices),
        "freshness": dict(Freshness.choices),
        "stalled": {"true": YES_NO["stalled"]["true"]},
        "disagreement": {"true": YES_NO["disagreement"]["true"]},
        "evidence": dict(EvidenceState.choices),
        "instrument": dict(Instrument.choices),
        "priority": dict(Priority.choices),
        "source": names["source"],
        "lead": names["lead"],
    }


def _group(name: str, choices: dict[str, Words], pairs: list[tuple[str, str]]) -> Group:
    options = tuple(Option(value, label, (name, value) in pairs) for value, label in choices.items())
    return Group(name, NAMES[name], options, is_long=name in {"source", "lead"})


def _chip(pair: tuple[str, str], pairs: list[tuple[str, str]], names: dict[str, dict[str, Words]]) -> Chip:
    name, value = pair
    known: dict[str, dict[str, Words]] = {
        **names,
        **YES_NO,
        "organization": names["lead"],
        "status": dict(Status.choices),
        "verified_status": dict(Status.choices),
        "reported_status": dict(Status.choices),
        "response": dict(Answer.choices),
        "delivery": dict(Delivery.choices),
        "freshness": dict(Freshness.choices),
        "evidence": dict(EvidenceState.choices),
        "instrument": dict(Instrument.choices),
        "priority": dict(Priority.choices),
    }
    return Chip(NAMES[name], known.get(name, {}).get(value, value), address(p for p in pairs if p != pair))
