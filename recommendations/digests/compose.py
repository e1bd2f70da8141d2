"""Composing: what each of many digests says, from a number of statements that does not grow with them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from recommendations.models import Event, Evidence, Head, Organization
from recommendations.models.event import Verb
from recommendations.rules import access, calendar
from recommendations.rules.lifecycle import CLOSED, NEED_EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from django.db.models import QuerySet

    from recommendations.digests.audience import Reader

MOST: Final = 40  # lines of a section; the page that is linked below it has all
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
)
_ITEM: Final = (
    "id",
    "reference",
    "sort_key",
    "title_en",
    "title_ru",
    "status",
    "verified_id",
    "reported_id",
    "target_on",
    "assessed_on",
)
_EVENT: Final = (
    "id",
    "verb",
    "actor__name",
    "recorded_at",
    "before",
    "after",
    *tuple(f"recommendation__{name}" for name in ("reference", "title_en", "title_ru")),
)

type_of_row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind; `has_more` tells that the register has more of them than are told."""

    rows: list[type_of_row] = field(default_factory=list)
    has_more: bool = False

    @property
    def size(self) -> str:
        """How many there are, "40+" when not all are told."""
        return f"{len(self.rows)}+" if self.has_more else str(len(self.rows))


@dataclass(frozen=True, slots=True)
class Content:
    """What one digest says, in the order in which it says it."""

    owed: Section
    changed: Section
    due: Section
    stale: Section
    head: Head | None = (
        None  # for those who keep the register: a line to have in their own mail, nothing to send one for
    )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say: such a digest is not sent."""
        return not (self.owed.rows or self.changed.rows or self.due.rows or self.stale.rows)


def compose(readers: Sequence[Reader]) -> list[Content]:
    """Return the content for each reader, in order: five statements, six with a steward, however many readers."""
    owed = _gather(readers, _owed, lambda r: (r.about, r.person.pk), key=_promise)
    changed = _gather(readers, _changed, lambda r: r.about, key=_newest)
    due = _gather(readers, _due, lambda r: r.about, key=_promise)
    stale = _gather(readers, _stale, lambda r: r.about, key=_silence)
    _name_bodies([row for section in changed for row in section.rows])
    keep = [access.may_keep_register(reader.person.role) for reader in readers]
    head = Head.objects.order_by("-day").first() if any(keep) else None
    heads = [head if keeps else None for keeps in keep]
    return [Content(*parts) for parts in zip(owed, changed, due, stale, heads, strict=True)]


def _gather(
    readers: Sequence[Reader],
    ask: Callable[[Reader], QuerySet[Any, type_of_row]],
    same: Callable[[Reader], Hashable],
    *,
    key: Callable[[type_of_row], Any],
) -> list[Section]:
    """Ask one question for all readers at once; readers with the same `same` are asked for once."""
    numbers: dict[Hashable, int] = {}
    questions: list[QuerySet[Any, type_of_row]] = []
    for reader in readers:
        if numbers.setdefault(same(reader), len(questions)) == len(questions):
            questions.append(ask(reader).annotate(reader=Value(len(questions)))[: MOST + 1])
    found: dict[int, list[type_of_row]] = defaultdict(list)
    if questions:
        for row in questions[0].union(*questions[1:], all=True):
            found[row["reader"]].append(row)
    return [_section(found[numbers[same(reader)]], key) for reader in readers]


def _section(rows: list[type_of_row], key: Callable[[type_of_row], Any]) -> Section:
    return Section(sorted(rows, key=key)[:MOST], has_more=len(rows) > MOST)


def _name_bodies(rows: list[type_of_row]) -> None:
    """Put the organization that an event names by its slug beside it."""
    slugs = {row["after"].get("organization") for row in rows} - {None}
    found = {body.slug: body for body in Organization.objects.filter(slug__in=slugs)}
    for row in rows:
        row["body"] = found.get(row["after"].get("organization"))


def _owed(reader: Reader) -> QuerySet[Any, type_of_row]:
    """What the reader or the reader's organization has to do, oldest promise first."""
    mine = reader.items().open().rated().owned_by(reader.person)
    return _rows(mine.order_by(F("target_on").asc(nulls_last=True), "sort_key"), _ITEM)


def _changed(reader: Reader) -> QuerySet[Any, type_of_row]:
    """What was done in the period; when it is too much, the newest."""
    told = Event.objects.visible_to(reader.person).filter(
        verb__in=TOLD,
        recorded_at__gte=reader.period.start,
        recorded_at__lt=reader.period.end,
        recommendation__in=reader.items().values("pk"),
    )
    return _rows(told.order_by("-recorded_at", "-id"), _EVENT)


def _due(reader: Reader) -> QuerySet[Any, type_of_row]:
    """What fell due in the period, and what falls due in the one to come."""
    days = reader.horizon
    coming = reader.items().open().rated().filter(target_on__gt=days.first, target_on__lte=days.next)
    return _rows(coming.order_by("target_on", "sort_key"), _ITEM)


def _stale(reader: Reader) -> QuerySet[Any, type_of_row]:
    """What nobody has looked at for too long since this period, and what lost evidence in it that a rating rests on."""
    days, age = reader.horizon, dt.timedelta(days=calendar.AGEING_DAYS)
    start, end = reader.period.start, reader.period.end
    silent = Q(assessed_on__gt=days.first - age, assessed_on__lte=days.last - age) & ~Q(status__in=CLOSED)
    pieces = Evidence.objects.filter(recommendation=OuterRef("pk"))
    lost = Exists(pieces.filter(retracted_at__gte=start, retracted_at__lt=end))
    bare = Q(lost, ~Exists(pieces.standing()), status__in=NEED_EVIDENCE)
    told = Event.objects.filter(recommendation=OuterRef("pk"), verb=Verb.LINK_LOST)
    unread = Exists(told.filter(recorded_at__gte=start, recorded_at__lt=end))
    dead = Evidence.objects.lost().bearing().filter(recommendation=OuterRef("pk")).order_by("pk")
    found = reader.items().standing().rated().filter(silent | bare | Q(unread, Exists(dead)))
    found = found.annotate(lost_evidence=Subquery(dead.values("title")[:1]))
    return _rows(found.order_by(F("assessed_on").asc(nulls_first=True), "sort_key"), (*_ITEM, "lost_evidence"))


def _rows(found: QuerySet[Any], columns: tuple[str, ...]) -> QuerySet[Any, type_of_row]:
    rows: QuerySet[Any, type_of_row] = found.values(*columns)
    return rows


def _promise(row: type_of_row) -> tuple[bool, dt.date, str]:
    return row["target_on"] is None, row["target_on"] or dt.date.max, row["sort_key"]


def _silence(row: type_of_row) -> tuple[dt.date, str]:
    return row["assessed_on"] or dt.date.min, row["sort_key"]


def _newest(row: type_of_row) -> tuple[float, int]:
    return -row["recorded_at"].timestamp(), -row["id"]
