"""An import applied, and undone: all its rows in one transaction, in chunks, by the verbs for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from recommendations.actions import importing, many
from recommendations.actions.holding import hold, hold_many
from recommendations.actions.many import Amendment, Registration
from recommendations.actions.moment import act
from recommendations.actions.permission import need_steward
from recommendations.exchange.incoming import comparing, planning
from recommendations.models import ImportRow, Recommendation
from recommendations.models.importing import RowOutcome
from recommendations.rules.errors import Problem, Refused, Unlawful

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from recommendations.actions.wording import Wording
    from recommendations.exchange.incoming.comparing import Read
    from recommendations.models import Import, Person

_KEEP: Final = """
UPDATE recommendations_importrow w SET undo = jsonb_build_object('version', r.version)
  FROM recommendations_recommendation r
 WHERE w.importing_id = %s AND w.outcome IN ('create', 'update') AND r.reference = w.reference
"""
# What somebody has changed since is marked before anything is taken back: that changes versions too.
_MARK: Final = """
UPDATE recommendations_importrow w SET undo = NULL, problems = %s::jsonb
  FROM recommendations_recommendation r
 WHERE w.importing_id = %s AND w.undo IS NOT NULL AND r.reference = w.reference
   AND r.version <> (w.undo->>'version')::integer
"""


_LATE: Final = """
SELECT w.reference FROM recommendations_importrow w JOIN recommendations_recommendation r ON r.reference = w.reference
 WHERE w.importing_id = %s AND w.outcome = 'update' AND r.version <> w.version
"""


class Halted(Exception):
    """Rows are no longer what the dry run found: nothing is written, and the rows have to be looked at again."""


def apply(
    made: Import, *, now: dt.datetime, today: dt.date, told: Callable[[int, int], None], end: Callable[..., None]
) -> dict[str, int]:
    """Write all rows of an import by the verbs for many; `end` is called last, in the same transaction.

    What is new comes first, wholes before their parts. Each row is compared once more under its lock: when one is not
    what it was, `Halted` is raised and nothing is written, or with `only_good` the row is left aside. Returns how many
    rows have which outcome. Raises `Forbidden` when whoever asked may not any more.
    """
    actor, total, done = made.person, sum(made.counts.get(outcome, 0) for outcome in planning.GOOD), 0
    with act(now):
        need_steward(actor)
        rows = ImportRow.objects.filter(importing=made, outcome__in=planning.GOOD)
        hold_many({name for row in rows.values_list("reference", "said__parent") for name in row if name})
        late = _late(made)
        for reads in _in_order(made):
            _take_own_versions(reads, late)
            expected = reads[0].row.outcome
            comparing.compare(reads, comparing.File(), today=today, again=True)
            good = [one for one in reads if one.row.outcome == expected]
            _leave(made, [one.row for one in reads if one.row.outcome != expected])
            _write(good, expected, actor=actor, now=now)
            done += len(reads)
            told(done, total)
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [made.pk])
        counts = planning.tally(made)
        importing.note_applied(made, counts, now=now)
        end(counts=counts, done=done, total=total, applied_at=now)
    return counts


def _late(made: Import) -> set[str]:
    """Return what somebody changed since the dry run, asked before anything of the import is written."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [made.pk])
        return {reference for (reference,) in cursor}


def _take_own_versions(reads: Sequence[Read], late: set[str]) -> None:
    """Take an item's version as seen, unless others made it: all are locked, so what came since is the import's own.

    A whole gets a new version with each part that the import gives it.
    """
    named = Recommendation.objects.filter(reference__in=[one.row.reference for one in reads])
    versions = dict(named.values_list("reference", "version"))
    for one in reads:
        if one.row.outcome == RowOutcome.UPDATE and one.row.reference not in late:
            one.row.version = versions.get(one.row.reference)


def _in_order(made: Import) -> Iterator[list[Read]]:
    """Yield what is new before what is changed, and what is whole before what is a part of it."""
    for kind in ({"said__parent": ""}, {"said__parent__isnull": True}, {"said__parent__gt": ""}):
        yield from planning.good(made, outcome=RowOutcome.CREATE, **kind)
    yield from planning.good(made, outcome=RowOutcome.UPDATE)


def _leave(made: Import, rows: Sequence[ImportRow]) -> None:
    if rows and not made.only_good:
        raise Halted
    ImportRow.objects.bulk_update(rows, planning.KEPT)


def _write(reads: Sequence[Read], outcome: str, *, actor: Person, now: dt.datetime) -> None:
    if not reads:
        return
    try:
        if outcome == RowOutcome.CREATE:
            many.register([Registration(one.row.reference, _new(one)) for one in reads], actor=actor, now=now)
        else:
            many.amend([_amendment(one) for one in reads], actor=actor, now=now)
    except Refused as refused:
        raise Halted from refused


def _new(one: Read) -> Wording:
    assert one.new is not None  # noqa: S101 - the comparison has made it
    return one.new


def _amendment(one: Read) -> Amendment:
    new = _new(one)
    return Amendment(one.row.reference, {name: getattr(new, name) for name in one.row.changes}, one.row.version)


def undo(
    made: Import, actor: Person, *, now: dt.datetime, told: Callable[[int, int], None], end: Callable[..., None]
) -> None:
    """Take an import back: what it changed goes back, what it made is withdrawn, parts before wholes.

    What somebody has changed since, or what the rules keep, stays and is listed; `end` is called last, in the same
    transaction. Raises `Forbidden` when whoever asked may not any more.
    """
    with act(now):
        need_steward(actor)
        rows = ImportRow.objects.filter(importing=made, undo__isnull=False)
        hold_many({name for row in rows.values_list("reference", "changes__parent__0") for name in row if name})
        _mark(made)
        total, done, left = rows.count(), 0, []
        for some in _in_reverse(made):
            left += _take_back(some, actor=actor, now=now)
            done += len(some)
            told(done, total)
        ImportRow.objects.bulk_update(left, ("undo", "problems"), batch_size=planning.CHUNK)
        undone = rows.count()
        not_undone = ImportRow.objects.filter(importing=made, outcome__in=planning.GOOD, undo__isnull=True).count()
        importing.note_undone(made, undone, not_undone, actor=actor, now=now)
        counts = {**made.counts, "undone": undone, "not_undone": not_undone}
        end(counts=counts, done=done, total=total, undone_at=now)


def _mark(made: Import) -> None:
    text = _("Somebody has changed it since; it stays as it is now.")
    with connection.cursor() as cursor:
        problem = ImportRow(problems=comparing.told([Problem("changed_since", text, "reference")]))
        value = ImportRow._meta.get_field("problems").get_db_prep_value(problem.problems, connection)  # noqa: SLF001 - as Django writes it
        cursor.execute(_MARK, [value, made.pk])


def _in_reverse(made: Import) -> Iterator[list[ImportRow]]:
    """Yield what was changed, then what was made: parts, then wholes."""
    kinds: tuple[dict[str, Any], ...] = (
        {"outcome": RowOutcome.UPDATE},
        {"outcome": RowOutcome.CREATE, "said__parent__gt": ""},
        {"outcome": RowOutcome.CREATE},
    )
    seen: set[int] = set()
    for kind in kinds:
        for reads in planning.good(made, undo__isnull=False, **kind):
            fresh = [one.row for one in reads if one.row.pk not in seen]
            seen |= {row.pk for row in fresh if kind["outcome"] == RowOutcome.CREATE}
            if fresh:
                yield fresh


def _take_back(rows: Sequence[ImportRow], *, actor: Person, now: dt.datetime) -> list[ImportRow]:
    """Take back all of some rows; when the rules keep one, each by itself. Return those that stay."""
    try:
        with transaction.atomic():
            _opposite(rows, actor=actor, now=now)
    except Refused as refused:
        if len(rows) > 1:
            return [left for row in rows for left in _take_back([row], actor=actor, now=now)]
        rows[0].undo, rows[0].problems = None, comparing.told(refused.problems)
        return [rows[0]]
    return []


def _opposite(rows: Sequence[ImportRow], *, actor: Person, now: dt.datetime) -> None:
    if rows[0].outcome == RowOutcome.UPDATE:
        before = [comparing.values({name: pair[0] for name, pair in row.changes.items()}) for row in rows]
        many.amend([Amendment(row.reference, was) for row, was in zip(rows, before, strict=True)], actor=actor, now=now)
        return
    named = Recommendation.objects.filter(reference__in=[row.reference for row in rows])
    held = hold(key for pair in named.values_list("pk", "parent_id") for key in pair)
    items = [item for item in held.values() if item.reference in {row.reference for row in rows}]
    parted = Recommendation.objects.standing().filter(parent__in=items).values_list("parent__reference", flat=True)
    if any(item.withdrawn_at for item in items) or parted.exists():
        text = _("It has parts that are followed up, or was withdrawn before; it stays as it is now.")
        raise Unlawful(Problem("has_parts", text, "reference"))
    reason = _("Undone together with the import that registered it.")
    many.lay_down(items, reason, actor=actor, now=now)
