"""A selection's dates as iCalendar (RFC 5545, RFC 7986): due dates, milestones and next reviews, each an all-day event."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from recommendations.actions.today import today_of
from recommendations.models import Milestone, Recommendation
from recommendations.models.translated import translated_column
from recommendations.rules import query
from recommendations.rules.errors import Invalid
from recommendations.rules.lifecycle import CLOSED, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recommendations.models import CalendarAddress
    from recommendations.models.recommendation import RecommendationQuerySet

MOST: Final = 500
"""Dates of one kind, the soonest first: what a telephone still reads."""
PAST: Final = dt.timedelta(days=366)
"""How far back a date may lie that is still shown, since what was due then is still open."""
EVERY: Final = dt.timedelta(hours=12)
_ITEM: Final = ("reference", "status", "updated_at", "version")


@dataclass(frozen=True, slots=True)
class Date:
    """An all-day event. `what` tells the dates of an item apart, and stays the same for ever."""

    reference: str
    what: str
    label: str
    title: str
    day: dt.date
    status: str
    updated_at: dt.datetime
    version: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calendar's dates as its person may see them now, in its language; four statements.

    `tag` changes when the file would, and costs less than the file.
    """

    address: CalendarAddress
    dates: tuple[Date, ...]

    @property
    def tag(self) -> str:
        """Return a hash of all that the file says."""
        said = [self.address.uuid, self.address.name, self.address.person.time_zone, settings.PUBLIC_URL, self.dates]
        return hashlib.sha256(orjson.dumps(said)).hexdigest()[:32]

    def file(self) -> bytes:
        """Write it."""
        with translation.override(self.address.language):
            made = _head(self.address)
            for date in self.dates:
                made.add_component(_event(date))
            content: bytes = made.to_ical()
        return content


def sheet(address: CalendarAddress, now: dt.datetime) -> Sheet:
    """Look up what an address opens. What was saved and is no selection any more (a filter that went) selects nothing."""
    with translation.override(address.language):
        return Sheet(address, tuple(_dates(address, now)))


def _head(address: CalendarAddress) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Relations//Relations 1.0//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("uid", f"{address.uuid}@{_host()}")
    for name in ("name", "x-wr-calname"):
        made.add(name, vText(address.name))  # the library takes what it does not know as written already
    made.add("x-wr-timezone", vText(address.person.time_zone))
    made.add("refresh-interval", EVERY, {"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(EVERY))
    return made


def _dates(address: CalendarAddress, now: dt.datetime) -> Iterator[Date]:
    person, today = address.person, today_of(address.person, now)
    try:
        wanted = query.read(address.query)
    except Invalid:
        return
    seen = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=today)
    items, since = seen.exclude(status__in=CLOSED), today - PAST
    yield from _of_items(items, since, "target_on", "due", _("Due"))
    yield from _milestones(items, since)
    yield from _of_items(items, since, "reported__next_review_on", "reported.review", _("Next self-report"))
    yield from _of_items(items, since, "verified__next_review_on", "verified.review", _("Next review"))


def _milestones(items: RecommendationQuerySet, since: dt.date) -> Iterator[Date]:
    found = Milestone.objects.filter(recommendation__in=items, done_on=None, cancelled_at=None, due_on__gte=since)
    columns = {name: f"recommendation__{name}" for name in _ITEM}
    for row in found.order_by("due_on", "id").values("uuid", "title", "due_on", *columns.values())[:MOST]:
        item = {name: row[column] for name, column in columns.items()}
        yield Date(what=f"milestone.{row['uuid']}", label=_("Milestone"), title=row["title"], day=row["due_on"], **item)


def _of_items(items: RecommendationQuerySet, since: dt.date, column: str, what: str, label: str) -> Iterator[Date]:
    dated = items.filter(**{f"{column}__gte": since}).order_by(column, "sort_key")
    rows = dated.values(*_ITEM, column, title=translated_column("title", translation.get_language() or "en"))[:MOST]
    for row in rows:
        yield Date(what=what, label=label, day=row.pop(column), **row)


def _event(date: Date) -> Event:
    made, status = Event(), str(Status(date.status).label)
    made.add("uid", f"{date.reference}.{date.what}@{_host()}")
    made.add("dtstamp", date.updated_at)
    made.add("last-modified", date.updated_at)
    made.add("sequence", date.version)
    made.add("dtstart", date.day)
    made.add("dtend", date.day + dt.timedelta(days=1))
    made.add("summary", f"{date.reference}: {date.title} ({date.label})")
    made.add("description", _("Status: %(status)s") % {"status": status})
    made.add("categories", [date.label, status])
    made.add("url", f"{settings.PUBLIC_URL}/recommendations/{date.reference}/")
    made.add("transp", "TRANSPARENT")
    return made


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
