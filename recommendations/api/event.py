"""History: the events of everything, and of one recommendation."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from recommendations.api import shapes
from recommendations.api.addresses import to
from recommendations.api.components import declare
from recommendations.api.door import Door, type_of_row
from recommendations.api.operation import Parameter, operation
from recommendations.api.subject import first_or_404, item_of, may_see_names
from recommendations.models import Event
from recommendations.models.event import Subject, Verb
from recommendations.models.keyset import Order
from recommendations.rules import words
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.models.event import EventQuerySet

CHAIN: Final = Order("sequence", "sequence")
ORDERS: Final = {"-recorded_at": Order("-recorded_at", "recorded_at", True), "recorded_at": Order("recorded_at", "recorded_at")}  # fmt: skip
SHAPE: Final = declare(
    "Event",
    shapes.record(
        id=shapes.about("Subject, key and number within its chain.", shapes.TEXT),
        url=shapes.ADDRESS,
        subject=shapes.one_of(Subject),
        subject_key=shapes.TEXT,
        recommendation=shapes.maybe(shapes.REFERENCE),
        sequence=shapes.about("Counts from 1 within the chain, without a gap.", shapes.WHOLE),
        verb=shapes.one_of(Verb),
        actor=shapes.about("A name; null for strangers and for the register itself.", shapes.maybe(shapes.TEXT)),
        actor_key=shapes.about("The person's id, or `system`; part of the hash.", shapes.TEXT),
        recorded_at=shapes.MOMENT,
        before=shapes.about("The changed members, as they were.", shapes.ANYTHING),
        after=shapes.about("The changed members, as they became.", shapes.ANYTHING),
        previous_hash=shapes.HASH,
        hash=shapes.about("SHA-256 over all of this and the previous hash.", shapes.HASH),
    ),
    "One line of history. The database refuses to change or delete it.",
)
SAME: Final = (
    "subject", "subject_key", "sequence", "verb", "actor_key", "recorded_at", "before", "after", "previous_hash", "hash",
)  # fmt: skip


def rows(events: EventQuerySet) -> QuerySet[Any, Any]:
    """Turn events into dicts."""
    made: QuerySet[Any, Any] = events.values(
        "id", *SAME, reference=F("recommendation__reference"), actor_name=F("actor__name")
    )
    return made


def present(row: type_of_row, *, names: bool) -> type_of_row:
    """Turn a row into what programs read."""
    place = (row["subject"], row["subject_key"], row["sequence"])
    return {
        "id": "/".join(map(str, place)),
        "url": to("events", *place),
        "recommendation": row["reference"],
        "actor": row["actor_name"] if names else None,
        **{column: row[column] for column in SAME},
    }


class Events(Door):
    """Everything that happened and that the reader may know of."""

    @operation(
        "List events",
        "Event",
        says="With `since` and `ordering=recorded_at` a program can follow the register: keep `next`, ask again later.",
        listed=True,
        query=(
            Parameter("since", {"type": "string", "format": "date-time"}, "Recorded at this time or later."),
            Parameter("verb", shapes.one_of(Verb), "What was done.", repeats=True),
            Parameter(
                "ordering",
                {"type": "string", "enum": list(ORDERS), "default": "-recorded_at"},
                "The newest or the oldest first.",
            ),
        ),
        dated=True,
    )
    def get(self, request: Request) -> Response:
        """Answer a page of them."""
        params = request.query_params
        ordering = params.get("ordering", "-recorded_at")
        if ordering not in ORDERS:
            raise Invalid(words.not_a_choice(ordering, ORDERS, "ordering"))
        events = Event.objects.visible_to(self.person)
        verbs = _verbs(params.getlist("verb"))
        if verbs:
            events = events.filter(verb__in=verbs)
        if "since" in params:
            events = events.filter(recorded_at__gte=_moment(params["since"]))
        return self.listed(rows(events), ORDERS[ordering], _presenter(self), "Event")


class OneEvent(Door):
    """One line of history."""

    @operation("Read an event", "Event", has_etag=True, dated=True)
    def get(self, request: Request, subject: str, key: str, sequence: int) -> Response:
        """Answer it, or 304."""
        chain = Event.objects.visible_to(self.person).about(Subject(subject), key)
        return self.shown(_presenter(self)(first_or_404(rows(chain.filter(sequence=sequence)))))


class HistoryOfOne(Door):
    """The chain of a recommendation."""

    @operation(
        "List the history of a recommendation",
        "Event",
        says="The oldest first: a chain of hashes.",
        listed=True,
        dated=True,
    )
    def get(self, request: Request, reference: str) -> Response:
        """Answer a page of it."""
        item = item_of(reference, self.person)
        chain = Event.objects.visible_to(self.person).about(Subject.RECOMMENDATION, item.reference)
        return self.listed(rows(chain), CHAIN, _presenter(self), "Event")


def _presenter(door: Door) -> Any:
    return partial(present, names=may_see_names(door.person))


def _verbs(values: list[str]) -> list[str]:
    verbs = [part for value in values for part in value.split(",")]
    problems = [words.not_a_choice(verb, Verb.values, "verb") for verb in verbs if verb not in Verb.values]
    if problems:
        raise Invalid(*problems)
    return verbs


def _moment(value: str) -> dt.datetime:
    try:
        moment = parse_datetime(value.replace(" ", "+"))
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(dt.UTC)  # PostgreSQL knows no offset of 16 hours and more
    except (ValueError, OverflowError):
        pass
    text = _("This is not a time; write it like 2026-11-24T09:30:00Z.")
    raise Invalid(Problem("bad_parameter", text, "since"))
