"""Writing history: every verb records its one event here, in its own transaction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from recommendations.actions import calling
from recommendations.models import Event, Person, Recommendation
from recommendations.models.event import Subject, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models.person import Register


class About(NamedTuple):
    """One of many lines about items: what was done, and the changed fields before and after."""

    item: Recommendation
    verb: Verb
    before: dict[str, Any]
    after: dict[str, Any]


def record(
    verb: Verb,
    subject: Subject,
    key: str,
    *,
    actor: Person | Register,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    item: Recommendation | None = None,
) -> Event:
    """Append one event; the database numbers and hashes it. Webhooks that want it are called after the commit.

    `before` and `after` hold changed fields; dates, decimals and UUIDs are written as text.
    """
    made = _line(verb, subject, key, actor=actor, now=now, before=before, after=after, item=item)
    made.save(force_insert=True)
    calling.hear([made])
    return made


def about_all(lines: Sequence[About], *, actor: Person | Register, now: dt.datetime) -> None:
    """Append events of items by one statement; the database numbers and hashes each in its chain."""
    made = Event.objects.bulk_create(
        _line(
            one.verb,
            Subject.RECOMMENDATION,
            one.item.reference,
            actor=actor,
            now=now,
            before=one.before,
            after=one.after,
            item=one.item,
        )
        for one in lines
    )
    calling.hear(made)


def record_all(
    verb: Verb, subject: Subject, afters: dict[str, dict[str, Any]], *, actor: Person | Register, now: dt.datetime
) -> None:
    """Append one event for each key, with what is said after it, by one statement."""
    lines = [
        _line(verb, subject, key, actor=actor, now=now, before=None, after=after, item=None)
        for key, after in afters.items()
    ]
    calling.hear(Event.objects.bulk_create(lines))


def about(
    item: Recommendation,
    verb: Verb,
    *,
    actor: Person | Register,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Append an event of a recommendation."""
    return record(
        verb, Subject.RECOMMENDATION, item.reference, actor=actor, now=now, before=before, after=after, item=item
    )


def _line(
    verb: Verb,
    subject: Subject,
    key: str,
    *,
    actor: Person | Register,
    now: dt.datetime,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    item: Recommendation | None,
) -> Event:
    return Event(
        verb=verb,
        subject=subject,
        subject_key=key,
        recommendation=item,
        actor=actor if isinstance(actor, Person) else None,
        actor_key=str(actor.uuid),
        recorded_at=now,
        before=plain(before or {}),
        after=plain(after or {}),
    )


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs, before and after, over the keys of `new`."""
    differing = [key for key, value in new.items() if old.get(key) != value]
    return {key: old.get(key) for key in differing}, {key: new[key] for key in differing}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: dates, decimals, UUIDs and choices become text."""
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(member) for member in value]
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, UUID) or (isinstance(value, str) and type(value) is not str):
        return str(value)
    return value
