"""Rows of a table against the register, many at a time: what each would do, cell by cell, and what speaks against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from recommendations.actions import event
from recommendations.actions.wording import AMENDABLE, Names, Wording, check, check_parent, named, wordings_of
from recommendations.exchange.incoming import headings, unwritable
from recommendations.models import Recommendation
from recommendations.models.importing import RowOutcome
from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.models import ImportRow

TEXTS: Final = frozenset({"title_en", "title_ru", "description_en", "description_ru"})


@dataclass(frozen=True, slots=True)
class File:
    """What other rows of the file say: the whole that each reference names, and where each reference stands first."""

    parents: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    wholes: frozenset[str] = frozenset()


@dataclass(slots=True)
class Read:
    """A row on its way: `shown` are cells that cannot be written, `problems` what is wrong with it so far."""

    row: ImportRow
    shown: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    item: Recommendation | None = None
    old: Wording | None = None
    new: Wording | None = None


def compare(reads: Sequence[Read], file: File, *, today: dt.date, again: bool = False) -> None:
    """Give each row its outcome, its changes by cell, its problems and the version compared with.

    In a constant number of statements. With `again` the register is compared with what it was the first time: what
    somebody changed since is a conflict. Problems are said in the language that is active.
    """
    references = [one.row.reference for one in reads]
    items = {i.reference: i for i in Recommendation.objects.select_related("source").filter(reference__in=references)}
    olds = wordings_of(list(items.values()))
    for one in reads:
        one.item = items.get(one.row.reference)
        one.old = olds[one.item.pk] if one.item else None
        one.new = _wording(one)
    names = _named(reads, file)
    parted = _parted(reads)
    tellings = unwritable.current([one.item for one in reads if one.item and one.shown])
    for one in reads:
        _judge(one, names, file, has_parts=one.item is not None and one.item.pk in parted, again=again)
        if one.shown:
            wrong = unwritable.check(one.shown, one.item, tellings, today=today, is_current=_is_current(one))
            one.problems += wrong
        _conclude(one, again=again)


def values(said: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says as `Wording` holds it; a cell that may not be empty and is says nothing."""
    found = {name: value for name, value in said.items() if name in AMENDABLE}
    if "target_on" in found:
        found["target_on"] = dt.date.fromisoformat(found["target_on"]) if found["target_on"] else None
    if "themes" in found:
        found["themes"] = tuple(found["themes"])
    return {name: value for name, value in found.items() if value != "" or name not in headings.NEEDED}


def _wording(one: Read) -> Wording:
    said = values(one.row.said)
    if one.old is None:
        return Wording(**{"title_en": "", "source": "", **said})
    kept = {name: getattr(one.old, name) for name in AMENDABLE}
    for name in TEXTS & said.keys():  # a program for tables writes line ends in its own way
        if said[name].replace("\r\n", "\n") == kept[name].replace("\r\n", "\n"):
            del said[name]
    if "themes" in said and {*said["themes"]} == {*kept["themes"]}:
        del said["themes"]
    return Wording(**{**kept, **said})


def _named(reads: Sequence[Read], file: File) -> Names:
    """Find what is named; what the file itself would make a whole of is known too."""
    wordings = [one.new for one in reads if one.new]
    names = named(wordings)
    for wording in wordings:
        if wording.parent and wording.parent not in names.wholes and wording.parent in file.parents:
            names.wholes[wording.parent] = Recommendation(reference=wording.parent)
    return names


def _parted(reads: Sequence[Read]) -> set[int]:
    moved = [one.item.pk for one in reads if one.item and one.new and one.new.parent]
    found = Recommendation.objects.filter(parent__in=moved).values_list("parent_id", flat=True)
    return {key for key in found if key is not None} if moved else set()


def _judge(one: Read, names: Names, file: File, *, has_parts: bool, again: bool) -> None:
    """Find a row's changes, and ask of them what the verb will ask."""
    row, old, new, item = one.row, one.old, one.new, one.item
    assert new is not None  # noqa: S101 - `compare` has made it
    one.problems += headings.required(row.said, headings.NEEDED & row.said.keys())
    kept = {name: getattr(old, name) for name in AMENDABLE} if old else {}
    said = {name: getattr(new, name) for name in AMENDABLE if old or (getattr(new, name) and name in row.said)}
    before, after = event.changes(kept, said)
    row.changes = {name: event.plain([before[name], after[name]]) for name in headings.WRITTEN if name in after}
    if old is not None and not after:
        return
    one.problems += [*check(new), *names.unknown(new)]
    if item is None:
        one.problems += headings.check_reference(row.reference)
    elif item.withdrawn_at is not None:
        text = _("%(reference)s was withdrawn; it can be read, and no longer changed.")
        one.problems.append(Problem("withdrawn", text % {"reference": row.reference}, "reference"))
    if "parent" in after:
        one.problems += check_parent(names.wholes.get(new.parent), item, has_parts=has_parts)
        one.problems += _check_file(row.reference, new.parent, file)
    if again and item is not None and row.outcome == RowOutcome.CREATE:
        text = _("The reference %(reference)s is taken; choose another one.")
        one.problems.append(Problem("reference_taken", text % {"reference": row.reference}, "reference"))


def _check_file(reference: str, parent: str, file: File) -> list[Problem]:
    """Return what other rows of the file say against a whole."""
    if parent and file.parents.get(parent):
        text = _("In this file %(whole)s is a part itself, and parts have no parts.")
        return [Problem("one_level", text % {"whole": parent}, "parent")]
    if parent and reference in file.wholes:
        text = _("In this file %(item)s has parts itself, and parts have no parts.")
        return [Problem("one_level", text % {"item": reference}, "parent")]
    return []


def _seen(one: Read) -> int | None:
    """Return the version that the row was made of: what the file says, or what it was compared with before."""
    return one.row.version or one.row.said.get("version")


def _is_current(one: Read) -> bool:
    seen = _seen(one)
    return one.item is not None and seen in {None, one.item.version}


def _conclude(one: Read, *, again: bool) -> None:
    row, item = one.row, one.item
    is_late = item is not None and bool(row.changes) and not _is_current(one)
    is_late |= again and row.outcome == RowOutcome.CREATE and item is not None
    is_late |= again and row.outcome == RowOutcome.UPDATE and item is None
    if is_late:
        text = _("Somebody was faster: the register has version %(version)s, and this row was made of another one. "
                 "Look at both, take what is right into the row, and empty its cell “version”.")  # fmt: skip
        problem = Problem("stale", text % {"version": item.version if item else "–"}, "version")
        row.outcome = RowOutcome.CONFLICT
        one.problems = [problem, *(p for p in one.problems if p.code != "reference_taken")]
    elif one.problems:
        row.outcome = RowOutcome.ERROR
    elif item is None:
        row.outcome = RowOutcome.CREATE
    else:
        row.outcome = RowOutcome.UPDATE if row.changes else RowOutcome.UNCHANGED
    row.version = item.version if item else None
    row.problems = told(one.problems)


def told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return problems as a row keeps them: each once."""
    found = {(p.field, p.code): {"column": p.field, "code": p.code, "detail": str(p.detail)} for p in problems}
    return list(found.values())
