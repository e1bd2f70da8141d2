"""Composing: what each of many digests says, from a number of statements that does not grow with them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.fields import CharField

from recommendations.digests import facts
from recommendations.digests.audience import owned
from recommendations.digests.question import SAID, Question, ask
from recommendations.models import Event, Evidence, Head, Milestone
from recommendations.models.event import Verb
from recommendations.rules import access
from recommendations.rules.lifecycle import CLOSED, NEED_EVIDENCE, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from django.db.models import QuerySet

    from recommendations.digests.audience import Reader
    from recommendations.digests.facts import type_of_row
    from recommendations.digests.question import Key, type_of_queries

MOST: Final = 40  # lines of a section; the page that is linked below it has all
OLDEST: Final = dt.timedelta(seconds=30)  # a batch takes longer than that to be handed over
MOST_KEPT, MOST_ITEMS = 200, 4_000  # sections and queries, items: some ten kilobytes each with what is made of them
TOLD: Final = (
    Verb.REGISTERED,
    Verb.WITHDRAWN,
    Verb.RESTORED,
    Verb.SPLIT,
    Verb.MERGED,
    Verb.ASSESSED,
    Verb.ASSESSMENT_RETRACTED,
    Verb.RESPONDED,
    Verb.MILESTONE_SET,
    Verb.MILESTONE_AMENDED,
    Verb.MILESTONE_FINISHED,
    Verb.MILESTONE_CANCELLED,
    Verb.EVIDENCE_ATTACHED,
    Verb.EVIDENCE_RETRACTED,
    Verb.ASSIGNED,
    Verb.RELEASED,
    Verb.COMMENTED,
    Verb.DISOWNED,
)


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Rows of one kind; `has_more` tells that the register has more of them than are told. Readers of the same share it,
    and what was once made of it (`made`).
    """

    rows: list[type_of_row] = field(default_factory=list)
    has_more: bool = False
    made: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """How many there are, "40+" when not all are told."""
        return f"{len(self.rows)}+" if self.has_more else str(len(self.rows))


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """How many items of the digest's part stand where, by either rating."""

    counts: dict[Kind, Counter[Status]]
    made: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are: those that are split are counted by their parts."""
        return self.counts[Kind.REVIEW].total()

    def assessed(self, kind: Kind) -> int:
        """How many of them this kind of rating exists for."""
        return self.total - self.counts[kind][Status.NOT_ASSESSED]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What one digest says, in the order in which it says it. Chart and head are nothing to send one for."""

    owed: Section
    changed: Section
    due: Section
    stale: Section
    chart: Chart
    head: Head | None = None  # for those who keep the register: a line to have in their own mail

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: such a digest is not sent."""
        return not (self.owed.rows or self.changed.rows or self.due.rows or self.stale.rows)


@dataclass(slots=True)
class Desk:
    """What was composed and need not be composed again for the next batch: queries, and what many readers get.

    It holds nothing that is one person's, and is cleared before what it says grows old. `items` are those of facts.py.
    """

    queries: type_of_queries = field(default_factory=dict)
    shared: dict[Key, Any] = field(default_factory=dict)
    items: dict[int, type_of_row] = field(default_factory=dict)
    cleared_at: dt.datetime | None = None

    def clear(self, now: dt.datetime) -> None:
        """Throw away what is older than `OLDEST`, or too much."""
        is_fresh = self.cleared_at is not None and now - self.cleared_at < OLDEST
        is_much = max(len(self.shared), len(self.queries)) > MOST_KEPT or len(self.items) > MOST_ITEMS
        if is_much or not is_fresh:
            self.shared, self.queries, self.items, self.cleared_at = {}, {}, {}, now


def compose(readers: Sequence[Reader], desk: Desk | None = None) -> list[Content]:
    """Return the content for each reader, in order: eleven statements at most, however many readers."""
    keys = [[question.key(reader) for question in QUESTIONS] for reader in readers]
    answers = _answers(readers, keys, desk or Desk())
    keep = [access.may_keep_register(reader.role) for reader in readers]
    head = Head.objects.order_by("-day").first() if any(keep) else None
    contents = []
    for mine, keeps in zip(keys, keep, strict=True):
        owed, changed, due, stale, chart = (answers[key] for key in mine)
        contents.append(Content(owed, changed, due, stale, chart, head if keeps else None))
    return contents


def _answers(readers: Sequence[Reader], keys: Sequence[Sequence[Key]], desk: Desk) -> dict[Key, Any]:
    """Return what each key gets; what many get is kept on the desk."""
    found: dict[Key, Any] = {}
    asked: dict[str, dict[Key, Reader]] = {question.name: {} for question in QUESTIONS}
    for reader, mine in zip(readers, keys, strict=True):
        for key in mine:
            if key in desk.shared:
                found[key] = desk.shared[key]
            elif key.question == OWED.name and not reader.person:
                found[key] = Section()
            else:
                asked[key.question][key] = reader
    fresh = {q.name: ask(q, asked[q.name], desk.queries) for q in QUESTIONS if asked[q.name]}
    rows = _rows(fresh, desk)
    for name, answers in fresh.items():
        for key, answer in answers.items():
            found[key] = _chart(answer) if name == CHART.name else _section(name, answer, rows)
            if name != OWED.name and asked[name][key].is_shared:
                desk.shared[key] = found[key]
    return found


def _rows(fresh: dict[str, dict[Key, list[tuple[Any, ...]]]], desk: Desk) -> tuple[dict[int, type_of_row], ...]:
    """Fetch all items and events that are named, each once."""
    named = {name: {row[0] for rows in answers.values() for row in rows} for name, answers in fresh.items()}
    events = facts.events(named.get(CHANGED.name, ()))
    numbers = {row["recommendation_id"] for row in events.values()}.union(
        *(named.get(question.name, ()) for question in (OWED, DUE, STALE))
    )
    desk.items.update(facts.items(numbers - desk.items.keys()))
    for row in events.values():
        row["item"] = desk.items[row["recommendation_id"]]
    return desk.items, events


def _section(name: str, answer: list[tuple[Any, ...]], rows: tuple[dict[int, type_of_row], ...]) -> Section:
    items, events = rows
    if name == CHANGED.name:
        found = sorted((events[number] for number, *_rest in answer), key=_newest)
    elif name == DUE.name:
        dates = ({**items[number], "date": kind, "day": day, "what": what} for number, kind, day, what in answer)
        found = sorted(dates, key=lambda row: (row["day"], row["sort_key"], row["date"], row["what"]))
    else:
        found = sorted((items[number] for number, *_rest in answer), key=_promise if name == OWED.name else _silence)
    return Section(found[:MOST], has_more=len(found) > MOST)


def _chart(answer: list[tuple[Any, ...]]) -> Chart:
    counts = {kind: Counter[Status]() for kind in Kind}
    for verified, reported, count in answer:
        counts[Kind.REVIEW][Status(verified)] += count
        counts[Kind.SELF][Status(reported)] += count
    return Chart(counts)


def _owed(reader: Reader) -> list[QuerySet[Any, Any]]:
    """What the reader or the reader's organization has to do, oldest promise first."""
    mine = reader.items().open().rated().filter(owned())
    return [mine.order_by(F("target_on").asc(nulls_last=True), "sort_key").values_list("pk")[: MOST + 1]]


def _changed(reader: Reader) -> list[QuerySet[Any, Any]]:
    """What was done in the period; when it is too much, the newest."""
    told = Event.objects.visible_to(reader.person).filter(
        verb__in=TOLD,
        recorded_at__gte=SAID.start,
        recorded_at__lt=SAID.end,
        recommendation__in=reader.items().values("pk"),
    )
    return [told.order_by("-recorded_at", "-id").values_list("pk")[: MOST + 1]]


def _due(reader: Reader) -> list[QuerySet[Any, Any]]:
    """What fell due in the period, and what falls due in the one to come: target dates, milestones, announced reviews."""
    items = reader.items().open().rated()
    targets = items.filter(target_on__gt=SAID.first, target_on__lte=SAID.next)
    running = Milestone.objects.filter(done_on=None, cancelled_at=None, recommendation__in=items.values("pk"))
    stones = running.filter(due_on__gt=SAID.first, due_on__lte=SAID.next)
    queries = [
        _dates(targets, "pk", "target", "target_on"),
        _dates(stones, "recommendation_id", "milestone", "due_on", F("title")),
    ]
    for rating in ("reported", "verified"):
        day = f"{rating}__next_review_on"
        announced = items.filter(**{f"{day}__gt": SAID.first, f"{day}__lte": SAID.next})
        queries.append(_dates(announced, "pk", f"review_{rating}", day))
    return queries


def _dates(found: QuerySet[Any], item: str, kind: str, day: str, what: Any = None) -> QuerySet[Any, Any]:
    said = Value("", CharField()) if what is None else what
    rows = found.order_by(day, "pk").annotate(kind=Value(kind, CharField()), what=said)
    first: QuerySet[Any, Any] = rows.values_list(item, "kind", day, "what")[: MOST + 1]
    return first


def _stale(reader: Reader) -> list[QuerySet[Any, Any]]:
    """What nobody has looked at for too long since this period, and what lost evidence in it that a rating rests on."""
    silent = Q(assessed_on__gt=SAID.silent_from, assessed_on__lte=SAID.silent_until) & ~Q(status__in=CLOSED)
    pieces = Evidence.objects.filter(recommendation=OuterRef("pk"))
    lost = Exists(pieces.filter(retracted_at__gte=SAID.start, retracted_at__lt=SAID.end))
    bare = Q(lost, ~Exists(pieces.standing()), status__in=NEED_EVIDENCE)
    told = Event.objects.filter(recommendation=OuterRef("pk"), verb=Verb.LINK_LOST)
    unread = Exists(told.filter(recorded_at__gte=SAID.start, recorded_at__lt=SAID.end))
    dead = Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk"))
    found = reader.items().standing().rated().filter(silent | bare | Q(unread, Exists(dead)))
    return [found.order_by(F("assessed_on").asc(nulls_first=True), "sort_key").values_list("pk")[: MOST + 1]]


def _where(reader: Reader) -> list[QuerySet[Any, Any]]:
    """How many stand where, by both ratings at once."""
    items = reader.items().standing().rated().order_by()
    return [items.values_list("verified_status", "reported_status").annotate(count=Count("pk"))]


def _promise(row: type_of_row) -> tuple[bool, dt.date, str]:
    return row["target_on"] is None, row["target_on"] or dt.date.max, row["sort_key"]


def _silence(row: type_of_row) -> tuple[dt.date, str]:
    return row["assessed_on"] or dt.date.min, row["sort_key"]


def _newest(row: type_of_row) -> tuple[float, int]:
    return -row["recorded_at"].timestamp(), -row["id"]


OWED: Final = Question("owed", _owed, is_own=True)
CHANGED: Final = Question("changed", _changed, ("start", "end"))
DUE: Final = Question("due", _due, ("first", "next"))
STALE: Final = Question("stale", _stale, ("start", "end", "silent_from", "silent_until"))
CHART: Final = Question("chart", _where)
QUESTIONS: Final = (OWED, CHANGED, DUE, STALE, CHART)
