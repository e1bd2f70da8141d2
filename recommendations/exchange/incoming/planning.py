"""The dry run: a file becomes rows that say what they would do. Nothing of the register changes."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from recommendations.exchange.incoming import comparing, headings, parsing
from recommendations.exchange.incoming.comparing import File, Read
from recommendations.exchange.incoming.intake import Unfit
from recommendations.models import ImportRow
from recommendations.models.importing import RowOutcome
from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from recommendations.exchange.incoming.headings import Layout
    from recommendations.exchange.incoming.parsing import Table
    from recommendations.models import Import

CHUNK: Final = 1000
GOOD: Final = (RowOutcome.CREATE, RowOutcome.UPDATE)
KEPT: Final = ("outcome", "changes", "problems", "version")


def plan(made: Import, content: bytes, *, today: dt.date, told: Callable[[int, int], None]) -> dict[str, int]:
    """Read a file and write its rows, within the transaction around; return how many have which outcome.

    `told` hears how many rows are done, and of how many. Raises `Unfit` for a file that cannot be read at all.
    """
    with parsing.parsed(content, made.form, headings.known()) as table:
        at, problems = headings.layout(table.header, table.line, is_plain=made.form == "json")
        if problems:
            raise Unfit(*problems)
        file, total = _survey(table, at)
        ImportRow.objects.filter(importing=made).delete()
        counts: Counter[str] = Counter()
        done = 0
        for some in _chunks(table.rows()):
            reads = [_read(made, number, row, at, file) for number, row in some]
            comparing.compare(reads, file, today=today)
            ImportRow.objects.bulk_create(one.row for one in reads)
            counts.update(one.row.outcome for one in reads)
            done += len(some)
            told(done, total)
    return dict(counts)


def again(made: Import, *, today: dt.date) -> dict[str, int]:
    """Compare the rows that would do something once more, after others did; return how many have which outcome."""
    file = survey(made)
    for reads in good(made):
        comparing.compare(reads, file, today=today, again=True)
        ImportRow.objects.bulk_update([one.row for one in reads], KEPT)
    return tally(made)


def tally(made: Import) -> dict[str, int]:
    """Count the rows by outcome."""
    return dict(Counter(ImportRow.objects.filter(importing=made).values_list("outcome", flat=True)))


def good(made: Import, **narrowed: Any) -> Iterator[list[Read]]:
    """Yield the rows that would do something, in chunks by number; what was handed out is passed over."""
    found, last = ImportRow.objects.filter(importing=made, outcome__in=GOOD, **narrowed).order_by("number"), -1
    while rows := list(found.filter(number__gt=last)[:CHUNK]):
        last = rows[-1].number
        yield [Read(row) for row in rows]


def survey(made: Import) -> File:
    """Return what the good rows of an import say of parts and wholes."""
    rows = ImportRow.objects.filter(importing=made, outcome__in=GOOD)
    parents = {reference: said or "" for reference, said in rows.values_list("reference", "said__parent")}
    return File(parents, wholes=frozenset(parents.values()) - {""})


def _survey(table: Table, at: Layout) -> tuple[File, int]:
    """Look over the whole file for what one row has to know of the others."""
    parents: dict[str, str] = {}
    first: dict[str, int] = {}
    total = 0
    for number, row in table.rows():
        total += 1
        cells = {name: cell.strip() for name, cell in zip(at.names, row, strict=False) if isinstance(cell, str) and name in {"reference", "parent"}}  # fmt: skip
        reference = cells.get("reference", "")
        first.setdefault(reference, number)
        parents.setdefault(reference, cells.get("parent", ""))
    return File(parents, first, frozenset(parents.values()) - {""}), total


def _read(made: Import, number: int, cells: list[Any], at: Layout, file: File) -> Read:
    said, shown, problems = headings.read(cells, at)
    reference = said.pop("reference", "")
    if not reference:
        problems += headings.check_reference("")
    elif file.first[reference] != number:
        text = _("%(reference)s stands in row %(row)d already. Leave it once.")
        problems.append(
            Problem("row_twice", text % {"reference": reference[:22], "row": file.first[reference]}, "reference")
        )
    row = ImportRow(importing=made, number=number, reference=reference[:22], said=said)
    if reference != row.reference:
        problems += headings.check_reference(reference)
    return Read(row, shown, problems)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, CHUNK)):
        yield some
