"""Addresses of the lists behind the sections of a digest, as pages and as CSV: what the digest is about, narrowed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from recommendations.digests import links
from recommendations.models.subscription import Scope
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import CLOSED, Status

if TYPE_CHECKING:
    from recommendations.digests.audience import Reader
    from recommendations.models import Subscription

CSV: Final = "api/v1/exports/recommendations.csv"
_OPEN: Final = ",".join(status for status in Status.values if status not in CLOSED)
_LATE: Final = f"{Delivery.DUE_SOON},{Delivery.OVERDUE}"
_LATER: Final = frozenset({"due_after", "updated_since"})  # the later of two says both
_DAY: Final = dt.timedelta(days=1)


def owed(reader: Reader) -> tuple[str, str]:
    """What the reader owes: the page, and all of it as CSV."""
    return links.page("my/"), _export(reader, owner="me", status=_OPEN, computed="false")


def changed(reader: Reader) -> tuple[str, str]:
    """What changed: history, and the differences of the period as CSV; of a part of the register, what changed since."""
    start, end = reader.period.start, min(reader.period.end, reader.now)
    if reader.subscription.scope == Scope.EVERYTHING:
        pairs = {"since": _moment(start), "until": _moment(end)}
        return links.page("history/"), links.page(f"changes/changes.csv?{urlencode(pairs, safe=':')}")
    return links.page("history/"), _export(reader, updated_since=_moment(start))


def due(reader: Reader) -> tuple[str, str]:
    """What is due: the list of what is late or soon due, and the target dates of both periods as CSV."""
    days = reader.horizon
    between = {"due_after": days.first.isoformat(), "due_before": (days.next + _DAY).isoformat()}
    return _list(reader, delivery=_LATE), _export(reader, **between, status=_OPEN, computed="false")


def stale(reader: Reader) -> tuple[str, str]:
    """What nobody has looked at for too long."""
    return _list(reader, freshness=Freshness.STALE), _export(reader, freshness=Freshness.STALE, status=_OPEN)


def whole(reader: Reader) -> tuple[str, str]:
    """All that the digest is about."""
    return _list(reader), _export(reader, computed="false")


def _list(reader: Reader, **asked: str) -> str:
    return _address("recommendations/", reader.subscription, asked)


def _export(reader: Reader, **asked: str) -> str:
    return _address(CSV, reader.subscription, asked)


def _address(path: str, subscription: Subscription, asked: dict[str, str]) -> str:
    view = dict[str, str]()
    for name, value in _about(subscription):
        view[name] = f"{view[name]},{value}" if name in view else value
    both = {name: _both(name, value, view.pop(name, "")) for name, value in asked.items()}
    query = urlencode(both | view, safe=",:")
    return links.page(f"{path}?{query}" if query else path)


def _about(subscription: Subscription) -> list[tuple[str, str]]:
    """Return the filters that a digest's scope is."""
    s = subscription
    if s.scope == Scope.OWNED:
        return [("owner", "me")]
    if s.scope == Scope.FOLLOWED:
        return [("follower", "me")]
    if s.scope == Scope.SAVED_VIEW:
        return parse_qsl(s.saved_view.query) if s.saved_view else []
    about = {Scope.THEME: s.theme, Scope.SOURCE: s.source, Scope.ORGANIZATION: s.organization}
    return [(str(s.scope), one.slug) for scope, one in about.items() if one and scope == s.scope]


def _both(name: str, section: str, view: str) -> str:
    """Return a filter that asks what a section asks and what the view asks; of what excludes each other the view's."""
    if not view or name in _LATER:
        return max(section, view)
    if name == "due_before":
        return min(section, view)
    wanted = section.split(",")
    return ",".join(value for value in view.split(",") if value in wanted) or view


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
