"""Words that all sections of a digest use: what it is about, when it comes, statuses, titles, days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recommendations.digests import links
from recommendations.digests.message import clean
from recommendations.models.subscription import Scope, Weekday
from recommendations.models.translated import LANGUAGES, reader_language
from recommendations.rules.lifecycle import Status
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Head, Subscription

NOTE: Final = 280  # characters of a narrative; the page that is linked has all


@dataclass(frozen=True, slots=True)
class Mark:
    """A status: its code, which colours it, and its name."""

    code: str
    label: str


def about(subscription: Subscription) -> str:
    """Say what a digest is about."""
    subject = subscription.theme or subscription.source or subscription.organization or subscription.saved_view
    if subject is None and subscription.person_id is None:
        return _("Everything that is public")
    if subject is None:
        return str(Scope(subscription.scope).label)
    name = clean(str(subject))
    if subscription.scope == Scope.SAVED_VIEW:
        return _("Your saved view “%(name)s”") % {"name": name}
    if subscription.scope == Scope.THEME:
        return _("The theme “%(name)s”") % {"name": name}
    if subscription.scope == Scope.SOURCE:
        return _("The source “%(name)s”") % {"name": name}
    return _("What “%(name)s” is responsible for") % {"name": name}


def rhythm(subscription: Subscription) -> str:
    """Say when it comes."""
    said = {"hour": f"{subscription.hour:02}:00", "weekday": Weekday(subscription.weekday).label}
    if subscription.cadence == Cadence.HOURLY:
        return _("At most once an hour, when there is something new")
    if subscription.cadence == Cadence.DAILY:
        return _("Every day at %(hour)s") % said
    if subscription.cadence == Cadence.WEEKLY:
        return _("Every week: %(weekday)s, %(hour)s") % said
    return _("On the first of every month at %(hour)s") % said


def state_of(head: Head | None) -> str:
    """Say what history came to on a day, so that it stands in somebody's own mail; nothing without a head."""
    if head is None:
        return ""
    said = {"day": date(head.day), "events": head.events, "root": head.root}
    return _("History up to %(day)s: %(events)s events, root %(root)s.") % said


def mark(code: str | None) -> Mark:
    """Return a status; what is none counts as not assessed."""
    status = Status(code) if code in Status.values else Status.NOT_ASSESSED
    return Mark(status.value, str(status.label))


def told(row: dict[str, Any], column: str) -> str:
    """Return a text in the reader's language, or in the other one while there is no translation."""
    first = reader_language()
    codes = (first, *(code for code in LANGUAGES if code != first))
    return clean(next((text for code in codes if (text := row[f"{column}_{code}"])), ""))


def address(reference: str) -> str:
    """Return the address of an item's page."""
    return links.page(f"recommendations/{reference}/")


def date(day: dt.date | None) -> str:
    """Write a day out; nothing for none."""
    return _date(day, get_language()) if day else ""


@lru_cache(maxsize=2_000)
def _date(day: dt.date, _language: str | None) -> str:
    return formats.date_format(day, "j E Y")


def shortened(text: str) -> str:
    """Return the beginning of what somebody wrote, on one line."""
    line = clean(text)
    return line if len(line) <= NOTE else f"{line[: NOTE - 1].rstrip()}…"
