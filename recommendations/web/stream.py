"""The stream of history: what each event is about, where to read on, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from recommendations.models import Event, Indicator, Organization, Source
from recommendations.models.event import Subject
from recommendations.web import telling
from recommendations.web.telling import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.web.talk import Talk

PAGES: Final = {
    Subject.RECOMMENDATION: "recommendation",
    Subject.SOURCE: "source",
    Subject.ORGANIZATION: "organization",
    Subject.BATCH: "batch",
    Subject.REPORT: "report",
}
NAMELESS: Final = frozenset(
    {
        *(Subject.PERSON, Subject.SUBSCRIPTION, Subject.TOKEN, Subject.BATCH, Subject.IMPORT),
        *(Subject.SAVED_VIEW, Subject.CALENDAR, Subject.WEBHOOK),
    }
)  # they are told by what they are, and not by the id that is their key


@dataclass(frozen=True, slots=True)
class Line:
    """An event for a reader: `subject` and its `address` ("" without a page) name what it is about."""

    event: Event
    subject: str
    address: str
    said: Said = field(default_factory=Said)
    talk: Talk | None = None


def lines(events: Sequence[Event]) -> list[Line]:
    """Tell events; three statements for the names of what they are about."""
    names = {
        Subject.ORGANIZATION: {body.slug: body.name for body in Organization.objects.filter(slug__in=_bodies(events))},
        Subject.SOURCE: {s.slug: s.title for s in Source.objects.filter(slug__in=_keys(events, Subject.SOURCE))},
        Subject.INDICATOR: {
            i.slug: i.title for i in Indicator.objects.filter(slug__in=_keys(events, Subject.INDICATOR))
        },
        Subject.REPORT: {e.subject_key: e.after.get("name", "") for e in events if e.subject == Subject.REPORT},
    }
    return [_line(event, names) for event in events]


def _keys(events: Sequence[Event], subject: Subject) -> set[str]:
    return {event.subject_key for event in events if event.subject == subject}


def _bodies(events: Sequence[Event]) -> set[str]:
    return _keys(events, Subject.ORGANIZATION) | {str(event.after.get("organization", "")) for event in events}


def _line(event: Event, names: dict[Subject, dict[str, str]]) -> Line:
    subject = Subject(event.subject)
    if event.recommendation is not None:
        name = f"{event.subject_key} {event.recommendation.title}"
    elif subject in NAMELESS:
        name = str(subject.label)
    else:
        name = names.get(subject, {}).get(event.subject_key, event.subject_key)
    said = telling.told(event, names[Subject.ORGANIZATION])
    return Line(event, name, _address(subject, event.subject_key), said)


def _address(subject: Subject, key: str) -> str:
    return reverse(PAGES[subject], args=[key]) if subject in PAGES else ""
