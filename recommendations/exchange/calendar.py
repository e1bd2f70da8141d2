"""A selection's dates as iCalendar (RFC 5545, RFC 7986): due dates, milestones and next reviews, each an all-day event."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

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

MOST: Final = 2000
"""Dates of one kind, the soonest first: what a telephone still reads."""
PAST: Final = dt.timedelta(days=366)
"""How far back a date may lie that is still shown, since what was due then is still open."""
EVERY: Final = dt.timedelta(hours=12)
_ITEM: Final = ("reference", "status", "updated_at", "version")


def compose(address: CalendarAddress, now: dt.datetime) -> bytes:
    """Return the file: what its person may see now, in the calendar's language; four statements. The same until something changes.

    What was saved and is no selection any more (a filter that went) selects nothing.
    """
    with translation.override(address.language):
        made = _head(address)
        for date in _dates(address, now):
            made.add_component(date)
        content: bytes = made.to_ical()
    return content


def _head(address: CalendarAddress) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Relations//Relations 1.0//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("uid", f"{address.uuid}@{_host()}")
    for name in ("name", "x-wr-calname"):
        made.add(name, address.name)
    made.add("x-wr-timezone", address.person.time_zone)
    made.add("refresh-interval", EVERY, {"VALUE": "DURATION"})
    made.add("x-published-ttl", EVERY)
    return made


def _dates(address: CalendarAddress, now: dt.datetime) -> Iterator[Event]:
    person, today = address.person, today_of(address.person, now)
    try:
        wanted = query.read(address.query)
    except Invalid:
        return
    seen = Recommendation.objects.visible_to(person).selected(wanted, person=person, today=today)
    items, since = seen.exclude(status__in=CLOSED), today - PAST
    yield from _targets(items, since)
    yield from _milestones(items, since)
    for rating, label in (("reported", _("Next self-report")), ("verified", _("Next review"))):
        yield from _reviews(items, since, rating, label)


def _targets(items: RecommendationQuerySet, since: dt.date) -> Iterator[Event]:
    for row in _rows(items, "target_on", since):
        yield _event(row, row["day"], "due", _("Due"), row["title"])


def _milestones(items: RecommendationQuerySet, since: dt.date) -> Iterator[Event]:
    found = Milestone.objects.filter(recommendation__in=items, done_on=None, cancelled_at=None, due_on__gte=since)
    columns = {name: f"recommendation__{name}" for name in _ITEM}
    for row in found.order_by("due_on", "id").values("uuid", "title", "due_on", *columns.values())[:MOST]:
        item = {name: row[column] for name, column in columns.items()}
        yield _event(item, row["due_on"], f"milestone.{row['uuid']}", _("Milestone"), row["title"])


def _reviews(items: RecommendationQuerySet, since: dt.date, rating: str, label: str) -> Iterator[Event]:
    for row in _rows(items, f"{rating}__next_review_on", since):
        yield _event(row, row["day"], f"{rating}.review", label, row["title"])


def _rows(items: RecommendationQuerySet, column: str, since: dt.date) -> list[dict[str, Any]]:
    dated = items.filter(**{f"{column}__gte": since}).order_by(column, "sort_key")
    rows = dated.values(*_ITEM, column, title=translated_column("title", translation.get_language() or "en"))[:MOST]
    return [{**row, "day": row[column]} for row in rows]


def _event(item: dict[str, Any], day: dt.date, what: str, label: str, title: str) -> Event:
    made = Event()
    made.add("uid", f"{item['reference']}.{what}@{_host()}")
    made.add("dtstamp", item["updated_at"])
    made.add("last-modified", item["updated_at"])
    made.add("sequence", item["version"])
    made.add("dtstart", day)
    made.add("dtend", day + dt.timedelta(days=1))
    made.add("summary", f"{item['reference']}: {title} ({label})")
    status = str(Status(item["status"]).label)
    made.add("description", _("Status: %(status)s") % {"status": status})
    made.add("categories", [label, status])
    made.add("url", f"{settings.PUBLIC_URL}/recommendations/{item['reference']}/")
    made.add("transp", "TRANSPARENT")
    return made


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
