"""A publication as its page prints it: the frozen figures as bars and tables, in one of its languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.reports.labels import LISTS
from recommendations.rules import geometry
from recommendations.rules.lifecycle import DESCENDING, Status
from recommendations.rules.publication import Column, Section
from recommendations.web.rated import FILTERS, Rated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recommendations.web.rated import Group

CODED: Final = {
    Column.VERIFIED_STATUS: "status",
    Column.REPORTED_STATUS: "status",
    Column.RESPONSE: "response",
    Column.DELIVERY: "delivery",
    Column.FRESHNESS: "freshness",
    Column.INSTRUMENT: "instrument",
    Column.PRIORITY: "priority",
}
DAYS: Final = frozenset({Column.TARGET_ON, Column.ASSESSED_ON})
BY_VALUE: Final = (Section.DELIVERY, Section.FRESHNESS, Section.RESPONSE)


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its count, as a bar from 0 to 100; `address` is the list behind it, "" where there is none."""

    label: str
    count: int
    width: str
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says in a column; `status` is its code where that is what it says."""

    label: str
    text: str = ""
    status: str = ""
    day: dt.date | None = None


class Printed:
    """What the templates of a publication ask for."""

    def __init__(self, said: dict[str, Any], language: str) -> None:
        """Read the file in one of its languages."""
        self.manifest: dict[str, Any] = said["manifest"]
        self.figures: dict[str, Any] = said["parts"]["figures"]
        self.changes: dict[str, Any] | None = said["parts"]["changes"]
        self._items, self._words, self._language = said["parts"]["items"], said["parts"]["words"], language

    @property
    def as_of(self) -> dt.datetime:
        """The moment."""
        return dt.datetime.fromisoformat(self.manifest["as_of"])

    @property
    def since(self) -> dt.datetime | None:
        """The moment that changes are told from."""
        return dt.datetime.fromisoformat(self.manifest["since"]) if self.manifest["since"] else None

    @property
    def list_address(self) -> str:
        """The list behind all of it, as of then."""
        return self._address()

    @property
    def columns(self) -> list[str]:
        """The columns of the table, in words."""
        return [self._word("column", name) for name in self.manifest["columns"]]

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """The statuses that charts show, for their legend."""
        return [(status.value, self._word("status", status)) for status in DESCENDING]

    @property
    def ratings(self) -> list[Rated]:
        """Both ratings of everything; none without the summary."""
        return self._ratings(self.figures["summary"]["ratings"]) if "summary" in self.figures else []

    @property
    def themes(self) -> list[Group]:
        """Each theme's name with its ratings; its own list has no address here, each count has."""
        return [
            (self._text(theme["name"]), "", self._ratings(theme["ratings"], theme=theme["slug"]))
            for theme in self.figures.get("themes", ())
        ]

    @property
    def groups(self) -> list[Group]:
        """Everything together, where the summary is there, and each theme."""
        return [*([(_("All together"), "", self.ratings)] if self.ratings else []), *self.themes]

    @property
    def tables(self) -> list[tuple[str, str, list[Row], int]]:
        """Delivery, freshness and response: (code, heading, rows, total)."""
        found = [(section, self.figures[section]) for section in BY_VALUE if section in self.figures]
        return [(s.value, self._word("section", s), self._rows(s, counts), sum(counts.values())) for s, counts in found]

    @property
    def pairs(self) -> list[tuple[str, str, int]]:
        """Ratings that differ: what the reviewer found, what the owner says, how often."""
        return [(pair["review"], pair["self"], pair["count"]) for pair in self.figures["disagreement"]["pairs"]]

    @property
    def changed(self) -> Iterator[dict[str, Any]]:
        """What changed: reference, title, address, the ways in words, and statuses before and after."""
        for row in self.changes["rows"] if self.changes else ():
            yield {
                **row,
                "title": self._text(row["title"]),
                "address": self._page(row["reference"]),
                "ways": [self._word("change", kind) for kind in row["kinds"]],
            }

    @property
    def items(self) -> Iterator[dict[str, Any]]:
        """The recommendations: reference, title, address, cells of the table, and of a full entry all it has."""
        for item in self._items:
            yield {
                "reference": item["reference"],
                "title": self._text(item["title"]),
                "address": self._page(item["reference"]),
                "cells": [self._cell(Column(name), item[name]) for name in self.manifest["columns"]],
                **(self._full(item) if "ratings" in item else {}),
            }

    def _full(self, item: dict[str, Any]) -> dict[str, Any]:
        return {
            "description": self._text(item["description"]),
            "ratings": [
                (self._word("rating", kind), _dated(said) if said else None)
                for kind, said in ((kind, item["ratings"][kind.value]) for kind in FILTERS)
            ],
            "responses": [
                (
                    self._text(one["organization"]),
                    self._word("response", one["answer"]),
                    _day(one["on"]),
                    one["statement"],
                )
                for one in item["responses"]
            ],
            "milestones": [
                (one["title"], _day(one["due_on"]), self._word("milestone", one["state"])) for one in item["milestones"]
            ],
        }

    def _cell(self, column: Column, value: Any) -> Cell:
        label = self._word("column", column)
        if value is None:
            return Cell(label)
        if column in DAYS:
            return Cell(label, day=_day(value))
        if CODED.get(column) == "status":
            return Cell(label, status=value)
        if column in CODED:
            return Cell(label, self._word(CODED[column], value))
        return Cell(label, self._text(value["name" if column == Column.LEAD else "title"]))

    def _rows(self, section: Section, counts: dict[str, int]) -> list[Row]:
        total = sum(counts.values())
        return [
            Row(
                "" if code == "none" else self._word(section, code),
                count,
                geometry.share(count, total),
                "" if code == "none" else self._address(**{section.value: code}),
            )
            for code, count in (
                (code, counts[code]) for code in (*LISTS[section.value].values, "none") if code in counts
            )
        ]

    def _ratings(self, said: dict[str, dict[str, int]], **more: str) -> list[Rated]:
        found = []
        for kind, column in FILTERS.items():
            counts = {Status(code): count for code, count in said[kind.value].items()}
            total = sum(counts.values())
            cells = tuple(
                (s.value, self._word("status", s), counts[s], self._address(**more, **{column: s.value}))
                for s in DESCENDING
            )
            assessed = total - counts[Status.NOT_ASSESSED]
            found.append(Rated(kind, self._word("rating", kind), assessed, total, geometry.stacked(counts), cells))
        return found

    def _address(self, **more: str) -> str:
        """Return the list behind a figure as of then; "" where the publication's own filters ask about the same."""
        own = parse_qsl(self.manifest["filter"])
        more = {**more, "computed": "false"} if more and not any(name == "computed" for name, _value in own) else more
        if any(name in more for name, _value in own):
            return ""
        return f"{reverse('recommendations')}?{urlencode([*own, *more.items(), ('as_of', self.manifest['as_of'])])}"

    def _page(self, reference: str) -> str:
        query = urlencode({"as_of": self.manifest["as_of"]})
        return f"{reverse('recommendation', args=[reference])}?{query}"

    def _word(self, of: str, code: str) -> str:
        return self._text(self._words[of][code])

    def _text(self, texts: dict[str, str]) -> str:
        return texts[self._language]


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    """Return a rating with days in the place of their texts."""
    pieces = [{**one, "dated_on": _day(one["dated_on"])} for one in said["evidence"]]
    return {**said, "as_of": _day(said["as_of"]), "evidence": pieces}
