"""Publish the head of a day: one line that all of history up to it hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _

from recommendations.actions.moment import act
from recommendations.models import Head
from recommendations.rules.errors import Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt

_PUBLISH = "INSERT INTO recommendations_head (day, published_at) VALUES (%s, %s)"


def publish(day: dt.date, *, now: dt.datetime) -> Head:
    """Publish the head of a day, or return the one that was published; it is about history and adds nothing to it.

    The database waits for the events that are being written, then counts and hashes all since the last head itself
    (migration 0100). What was recorded after the day and before its head belongs to it too.
    Raises `Unlawful` for a day before the last head's, and for one that has not begun.
    """
    with act(now):
        published = Head.objects.filter(day=day).first()
        if published is not None:
            return published
        refuse_if(_check(day, now), Unlawful)
        with connection.cursor() as cursor:
            cursor.execute(_PUBLISH, [day, now])  # one that somebody else publishes meanwhile is left as it is
        return Head.objects.get(day=day)


def _check(day: dt.date, now: dt.datetime) -> list[Problem]:
    last = Head.objects.order_by("-day").first()
    if last is not None and day < last.day:
        text = _("The head of %(last)s is published; an earlier day can have none any more.")
        return [Problem("later_head", text % {"last": last.day.isoformat()}, "day")]
    if day > now.date():
        return [Problem("in_the_future", _("This day has not come yet; give today or an earlier day."), "day")]
    return []
