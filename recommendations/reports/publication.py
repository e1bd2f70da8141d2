"""Frozen publications: composed as strangers saw the register at a moment, in bytes that can be made again and compared."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import report
from recommendations.actions.permission import need_steward
from recommendations.models import Head, Recommendation, past
from recommendations.reports import entries, labels, tables
from recommendations.rules import moments, publication, query, vocabulary
from recommendations.rules.errors import Invalid, Problem, refuse_if
from recommendations.rules.publication import FORMAT, MOST_ITEMS, USUAL, Column, Entries, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from recommendations.actions.report import Heading
    from recommendations.models import Person, Report
    from recommendations.models.person import Register

PARTS: Final = ("figures", "changes", "items", "words")
COMPARED: Final = PARTS[:-1]
"""What the register can be asked again; the words are those of the day of publication."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a steward chooses. `as_of` and `since` (to tell changes from; "" for none) are days (their ends in UTC) or times."""

    as_of: str
    filter: str = ""
    since: str = ""
    sections: tuple[str, ...] = tuple(Section)
    entries: str = Entries.TABLE
    columns: tuple[str, ...] = USUAL


@dataclass(frozen=True, slots=True)
class Question:
    """A wish that was read. `day` is the day at the moment, in UTC, that delivery and freshness are seen from."""

    as_of: dt.datetime
    day: dt.date
    since: dt.datetime | None
    filter: str
    sections: tuple[str, ...]
    entries: str
    columns: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as a manifest says it."""
        return {
            "as_of": moments.written(self.as_of),
            "day": self.day.isoformat(),
            "since": self.since and moments.written(self.since),
            "filter": self.filter,
            "sections": list(self.sections),
            "entries": self.entries,
            "columns": list(self.columns),
        }


def publish(wish: Wish, heading: Heading, *, actor: Person | Register, now: dt.datetime) -> Report:
    """Compose what a steward wishes, and keep it for good. Raises `Forbidden`, `Invalid`."""
    need_steward(actor)
    said, question, uuid = heading.checked(), read(wish, now), uuids.uuid4()
    parts, places = compose(question)
    manifest = {
        "format": FORMAT,
        "id": str(uuid),
        "name": said.name,
        "title": labels.pair({"title_en": said.title_en, "title_ru": said.title_ru}, "title"),
        "published_at": moments.written(now),
        "standing": "public",
        **question.plain(),
        "vocabulary": {
            "version": vocabulary.VERSION,
            "sha256": publication.digest(publication.canonical(parts["words"])),
        },
        "head": _head(),
        "rows": len(parts["items"]),
        "items": places,
        "parts": hashes(parts),
    }
    content = publication.canonical({"manifest": manifest, "parts": parts})
    return report.publish(uuid, said, content, as_of=question.as_of, actor=actor, now=now)


def read(wish: Wish, now: dt.datetime) -> Question:
    """Read a wish. Raises `Invalid` for moments that have not come, filters that strangers do not have, unknown parts."""
    until = moments.parse([wish.as_of], now=now, zone=dt.UTC)
    since = moments.parse([wish.since], now=now, zone=dt.UTC, name="since") if wish.since else None
    moment = until.moment if until else now
    wanted = query.read(wish.filter)
    problems = [
        *_unknown(wish.sections, Section.values, "sections"),
        *_unknown((wish.entries,), Entries.values, "entries"),
        *_unknown(wish.columns, Column.values, "columns"),
    ]
    if wanted.owner_me or wanted.follower_me:
        text = _("A publication is the same for everybody: filter by an organization in the place of “me”.")
        problems.append(Problem("bad_query", text, "filter"))
    if wish.since and (since is None or since.moment >= moment):
        problems.append(Problem("bad_period", _("Changes are told from an earlier day on: give one."), "since"))
    refuse_if(problems)
    return Question(
        as_of=moment,
        day=until.day if until else now.astimezone(dt.UTC).date(),
        since=since.moment if since else None,
        filter=query.canonical(wish.filter),
        sections=tuple(value for value in Section.values if value in wish.sections),
        entries=str(wish.entries),
        columns=tuple(value for value in Column.values if value in wish.columns),
    )


def asked(manifest: dict[str, Any]) -> Question:
    """Return what a manifest says that was asked. Raises `ValueError`, `KeyError` or `TypeError` for what is none."""
    return Question(
        as_of=dt.datetime.fromisoformat(manifest["as_of"]),
        day=dt.date.fromisoformat(manifest["day"]),
        since=dt.datetime.fromisoformat(manifest["since"]) if manifest["since"] else None,
        filter=manifest["filter"],
        sections=tuple(manifest["sections"]),
        entries=manifest["entries"],
        columns=tuple(manifest["columns"]),
    )


def compose(question: Question) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Ask the register what it said then: the parts by name, and where in history each printed item stood.

    A constant number of statements. Raises `Invalid` when there are more items than are printed.
    """
    with past.as_of(question.as_of, since=question.since):
        wanted = query.read(question.filter)
        items = Recommendation.objects.visible_to(None).selected(wanted, person=None, today=question.day)
        rows = [] if question.entries == Entries.NONE else entries.rows(items, wanted.ordering, MOST_ITEMS + 1)
        _need_few(rows)
        parts = {
            "figures": tables.figures(items, question.sections, today=question.day),
            "changes": _changes(question, items),
            "items": entries.full(rows, question.day)
            if question.entries == Entries.FULL
            else [entries.brief(row, question.day) for row in rows],
            "words": labels.all_of_them(),
        }
        return parts, entries.places(rows)


def hashes(parts: dict[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each part, written canonically."""
    return {name: publication.digest(publication.canonical(parts[name])) for name in PARTS}


def _changes(question: Question, items: Any) -> dict[str, Any] | None:
    if question.since is None:
        return None
    found = tables.changes(items if question.filter else None, MOST_ITEMS + 1)
    _need_few(found["rows"])
    return found


def _need_few(rows: Sequence[Any]) -> None:
    if len(rows) > MOST_ITEMS:
        text = _("More than %(most)s recommendations would be printed; narrow the filter, or publish figures only.")
        raise Invalid(Problem("too_many_items", text % {"most": MOST_ITEMS}, "filter"))


def _head() -> dict[str, Any] | None:
    """Return the last published head of history: what is published hangs on it."""
    head = Head.objects.order_by("-day").first()
    return {"day": head.day.isoformat(), "events": head.events, "root": head.root} if head else None


def _unknown(values: Sequence[str], known: Sequence[str], field: str) -> list[Problem]:
    text = _("“%(value)s” is not one of: %(choices)s.")
    return [
        Problem("not_a_choice", text % {"value": value[:60], "choices": ", ".join(known)}, field)
        for value in values
        if value not in known
    ]


def id_of(manifest: dict[str, Any]) -> UUID:
    """Return the id that a manifest bears. Raises `ValueError`, `KeyError` or `TypeError`."""
    return uuids.UUID(manifest["id"])
