"""Filters of the history: which there are for whom, what is wrong with them, and what they ask of the events."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.models import Person, Recommendation
from recommendations.models.event import TALK, Subject, Verb
from recommendations.models.person import role_of
from recommendations.rules import access, moments, references, words
from recommendations.rules.errors import Problem, refuse_if
from recommendations.web import asof

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

    from recommendations.models.event import EventQuerySet

LONGEST_NAME: Final = 150
OTHERS: Final = ("cursor", "as_of")
OF_ALL: Final = ("verb", "subject", "recommendation", "source", "organization", "since", "until")
OF_READERS: Final = ("person",)  # strangers are told no names
OF_PEOPLE: Final = frozenset({Subject.PERSON, Subject.SUBSCRIPTION, Subject.TOKEN})
BY_PEOPLE: Final = frozenset(
    {
        Verb.SUBSCRIBED,
        Verb.UNSUBSCRIBED,
        Verb.SENT_AGAIN,
        Verb.ISSUED,
        Verb.REVOKED,
        Verb.FOLLOWED,
        Verb.UNFOLLOWED,
    }
)
NOT_FOR_STRANGERS: Final[frozenset[Verb | Subject]] = TALK | {
    Subject.BATCH,
    Verb.DONE_TO_MANY,
    Verb.UNDONE,
    Subject.IMPORT,
    Verb.IMPORTED,
}


def choices(role: str) -> tuple[list[Verb], list[Subject]]:
    """Return the verbs and subjects that somebody of this role may find anything of."""
    hidden: set[Verb | Subject] = set() if access.may_administer(role) else {*OF_PEOPLE, *BY_PEOPLE}
    hidden |= set() if access.may_take_part(role) else NOT_FOR_STRANGERS
    return [verb for verb in Verb if verb not in hidden], [subject for subject in Subject if subject not in hidden]


def read(request: HttpRequest, *, others: Iterable[str] = OTHERS) -> dict[str, str]:
    """Return what an address asks for, by name, without what is empty. Raises `Invalid` for unknown and wrong ones."""
    known = (*OF_ALL, *(OF_READERS if access.may_read_internal(role_of(request.user)) else ()))
    every = (*known, *others)
    text = _("There is no parameter “%(name)s”; possible are: %(names)s.")
    unknown = [
        Problem("unknown_parameter", text % {"name": name[:60], "names": ", ".join(every)}, name)
        for name in request.GET
        if name not in every
    ]
    asked = {name: value for name in known if (value := request.GET.get(name, ""))}
    refuse_if([*unknown, *(problem for name, value in asked.items() for problem in CHECKS[name](value, name))])
    return asked


def narrowed(events: EventQuerySet, asked: dict[str, str], request: HttpRequest) -> EventQuerySet:
    """Keep the events that are asked for."""
    for name, value in asked.items():
        events = events.filter(CONDITIONS[name](value, request))
    return events


def _slug(value: str, name: str) -> list[Problem]:
    text = _("“%(value)s” is not a short name as in addresses, for example sutyrin-2019.")
    return [Problem("bad_parameter", text % {"value": value[:60]}, name)] if references.check_slug(value) else []


def _date(value: str, name: str) -> list[Problem]:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return [Problem("bad_parameter", _("This is not a date; write it like 2026-11-24."), name)]
    return []


def _since(value: str, request: HttpRequest) -> Q:
    day = dt.date.fromisoformat(value)
    if day == dt.date.min:
        return Q()
    return Q(recorded_at__gt=moments.end_of(day - dt.timedelta(days=1), asof.zone(request)))


def _source(slug: str, _request: HttpRequest) -> Q:
    return Q(recommendation__source__slug=slug) | Q(subject=Subject.SOURCE, subject_key=slug)


def _organization(slug: str, _request: HttpRequest) -> Q:
    theirs = Recommendation.objects.assigned_to(slug)
    return Q(recommendation__in=theirs) | Q(subject=Subject.ORGANIZATION, subject_key=slug)


CHECKS: Final[dict[str, Callable[[str, str], list[Problem]]]] = {
    "verb": lambda value, name: [] if value in Verb.values else [words.not_a_choice(value, Verb.values, name)],
    "subject": lambda value, name: [] if value in Subject.values else [words.not_a_choice(value, Subject.values, name)],
    "recommendation": lambda value, _name: references.check_reference(value),
    "source": _slug,
    "organization": _slug,
    "since": _date,
    "until": _date,
    "person": lambda value, name: words.check_text(value, name, longest=LONGEST_NAME),
}
CONDITIONS: Final[dict[str, Callable[[str, HttpRequest], Q]]] = {
    "verb": lambda value, _request: Q(verb=value),
    "subject": lambda value, _request: Q(subject=value),
    "recommendation": lambda value, _request: Q(recommendation__reference=value),
    "source": _source,
    "organization": _organization,
    "since": _since,
    "until": lambda value, request: Q(
        recorded_at__lte=moments.end_of(dt.date.fromisoformat(value), asof.zone(request))
    ),
    "person": lambda value, _request: Q(actor__in=Person.objects.filter(name__icontains=value.strip())),
}
