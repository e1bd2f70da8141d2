"""The one query language of lists: what pages, API, feeds, exports and digests may ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from recommendations.rules import references, words
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.capture import EvidenceState
from recommendations.rules.errors import Invalid, Problem
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models.enums import TextChoices

ORDERINGS: Final = ("reference", "due_on", "updated_at", "priority", "status", "relevance")
LONGEST_QUERY: Final = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """A question to the register. Empty members ask nothing; members of one filter mean any of them."""

    status: tuple[Status, ...] = ()
    reported_status: tuple[Status, ...] = ()
    verified_status: tuple[Status, ...] = ()
    response: tuple[Answer, ...] = ()
    theme: tuple[str, ...] = ()
    instrument: tuple[Instrument, ...] = ()
    priority: tuple[Priority, ...] = ()
    source: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    owner_me: bool = False
    follower_me: bool = False
    delivery: tuple[Delivery, ...] = ()
    freshness: tuple[Freshness, ...] = ()
    stalled: bool | None = None
    disagreement: bool | None = None
    computed: bool | None = None
    evidence: tuple[EvidenceState, ...] = ()
    withdrawn: bool = False
    due_before: dt.date | None = None
    due_after: dt.date | None = None
    updated_since: dt.datetime | None = None
    q: str = ""
    ordering: str = "reference"

    @property
    def usual_ordering(self) -> str:
        """The order of a list for which none is asked."""
        return "relevance" if self.q else "reference"


class _Wrong(Exception):
    """A value that its parameter does not take; carries the sentence to show."""


def _choice(choices: type[TextChoices]) -> Callable[[Sequence[str]], Any]:
    def parse(values: Sequence[str]) -> tuple[TextChoices, ...]:
        for value in values:
            if value not in choices.values:
                text = _("“%(value)s” is not one of: %(choices)s.")
                raise _Wrong(text % {"value": value[:60], "choices": ", ".join(choices.values)})
        return tuple(dict.fromkeys(choices(value) for value in values))

    return parse


def _slugs(values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if references.check_slug(value):
            text = _("“%(value)s” is not a short name as in addresses, for example sutyrin-2019.")
            raise _Wrong(text % {"value": value[:60]})
    return tuple(dict.fromkeys(values))


def _one(values: Sequence[str]) -> str:
    if len(values) != 1:
        raise _Wrong(_("This can be given once only."))
    return values[0]


def _flag(values: Sequence[str]) -> bool:
    value = _one(values).lower()
    if value not in {"true", "false", "1", "0"}:
        raise _Wrong(_("This is true or false."))
    return value in {"true", "1"}


def _me(values: Sequence[str]) -> bool:
    if _one(values) != "me":
        raise _Wrong(_("Only “me” is possible here."))
    return True


def _date(values: Sequence[str]) -> dt.date:
    try:
        return dt.date.fromisoformat(_one(values))
    except ValueError:
        raise _Wrong(_("This is not a date; write it like 2026-11-24.")) from None


def _moment(values: Sequence[str]) -> dt.datetime:
    value = _one(values).replace(" ", "+")  # a plus sign that an address has turned into a space
    try:
        moment = parse_datetime(value) or dt.datetime.combine(dt.date.fromisoformat(value), dt.time.min, dt.UTC)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise _Wrong(_("This is not a time; write it like 2026-11-24T09:30:00Z.")) from None


def _words(values: Sequence[str]) -> str:
    value = _one(values)
    problems = words.check_text(value, "q", longest=LONGEST_QUERY)
    if problems:
        raise _Wrong(problems[0].detail)
    return value.strip()


def _ordering(values: Sequence[str]) -> str:
    value = _one(values)
    if value.removeprefix("-") not in ORDERINGS:
        text = _("“%(value)s” is not one of: %(choices)s; a hyphen before it turns the order round.")
        raise _Wrong(text % {"value": value[:60], "choices": ", ".join(ORDERINGS)})
    return value


_PARSERS: Final[dict[str, Callable[[Sequence[str]], Any]]] = {
    "status": _choice(Status),
    "reported_status": _choice(Status),
    "verified_status": _choice(Status),
    "response": _choice(Answer),
    "theme": _slugs,
    "instrument": _choice(Instrument),
    "priority": _choice(Priority),
    "source": _slugs,
    "lead": _slugs,
    "organization": _slugs,
    "owner": _me,
    "follower": _me,
    "delivery": _choice(Delivery),
    "freshness": _choice(Freshness),
    "stalled": _flag,
    "disagreement": _flag,
    "computed": _flag,
    "evidence": _choice(EvidenceState),
    "withdrawn": _flag,
    "due_before": _date,
    "due_after": _date,
    "updated_since": _moment,
    "q": _words,
    "ordering": _ordering,
}
PARAMETERS: Final = tuple(_PARSERS)
_SINGLE: Final = frozenset({"q", "ordering"})


def parse(params: Mapping[str, Sequence[str]], *, others: Iterable[str] = (), blank_ok: bool = False) -> Selection:
    """Read the parameters of an address into a selection.

    `params` gives all values of each parameter; repeating one or commas within mean any of. `others` names parameters
    that the door reads itself. With `blank_ok` (forms of pages) an empty value asks nothing.
    Without an ordering, a search is sorted by relevance and everything else by reference.
    Raises `Invalid` with a problem for each parameter that is unknown or has a wrong value.
    """
    known, problems, members = set(others), [], {}
    for name, raw in params.items():
        if name in known:
            continue
        values = _split(name, raw, blank_ok=blank_ok)
        if not values:
            continue
        try:
            members[_member(name)] = _parser(name)(values)
        except _Wrong as wrong:
            problems.append(Problem("bad_parameter" if name in _PARSERS else "unknown_parameter", wrong.args[0], name))
    if members.get("ordering", "").endswith("relevance") and not members.get("q"):
        text = _("Only a search can be sorted by relevance: give q too.")
        problems.append(Problem("nothing_searched", text, "ordering"))
    if problems:
        raise Invalid(*problems)
    return Selection(**{"ordering": "relevance" if members.get("q") else "reference", **members})


def _member(name: str) -> str:
    return f"{name}_me" if name in {"owner", "follower"} else name


def _parser(name: str) -> Callable[[Sequence[str]], Any]:
    parser = _PARSERS.get(name)
    if parser is None:
        text = _("There is no parameter “%(name)s”; possible are: %(names)s.")
        raise _Wrong(text % {"name": name[:60], "names": ", ".join(PARAMETERS)})
    return parser


def _split(name: str, raw: Sequence[str], *, blank_ok: bool) -> list[str]:
    values = list(raw) if name in _SINGLE else [part for value in raw for part in value.split(",")]
    return [value for value in values if value] if blank_ok else values
