"""One round over imports: read, apply or undo what waits. However many rounds run at once, each is done once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.actions.today import today_of
from recommendations.exchange.incoming import applying, claim, intake, planning, wake
from recommendations.exchange.incoming.applying import Halted
from recommendations.exchange.incoming.intake import Unfit
from recommendations.models import Import
from recommendations.models.importing import ImportState
from recommendations.rules.errors import Problem, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from recommendations.exchange.incoming.claim import Claim

logger = logging.getLogger(__name__)
SMALL_FILE: Final = 100_000  # bytes; such a file is read at once, while its sender waits
SMALL_TABLE: Final = 200  # rows that are applied or undone at once
# Where an import goes back to when it cannot be done.
_BACK: Final = {
    ImportState.READING: ImportState.REFUSED,
    ImportState.APPLYING: ImportState.READ,
    ImportState.UNDOING: ImportState.APPLIED,
}


def begin(made: Import) -> None:
    """Do at once what is small, and have a worker woken for the rest."""
    is_small = made.size <= SMALL_FILE if made.state == ImportState.PLANNED else _rows(made) <= SMALL_TABLE
    try:
        if is_small:
            run(only=made.uuid, longest=0)
            return
    except RuntimeError:  # within somebody's transaction nothing is begun
        pass
    wake.wake()


def run(
    *,
    only: UUID | None = None,
    longest: float | None = None,
    heard: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Do what waits, one after another, beginning none after `longest` seconds; return how many were taken in hand.

    `heard` is told how many rows are done, and of how many. Raises RuntimeError inside a transaction.
    """
    end = time.monotonic() + longest if longest is not None else None
    done = 0
    while mine := claim.claim(only):
        done += 1
        _do(mine, heard)
        if end is not None and time.monotonic() >= end:
            break
    return done


def _rows(made: Import) -> int:
    return sum(made.counts.get(outcome, 0) for outcome in planning.GOOD)


def _do(mine: Claim, heard: Callable[[int, int], None]) -> None:
    made = Import.objects.select_related("person", "undone_by").get(pk=mine.pk)
    with translation.override(made.language), claim.telling(mine) as told:

        def both(done: int, total: int) -> None:
            told(done, total)
            heard(done, total)

        try:
            if mine.attempts > claim.MOST_ATTEMPTS:
                text = _(
                    "It was begun several times and never came to its end. Split the file, or tell an administrator."
                )
                _give_back(mine, Problem("given_up", text))
            else:
                _STEPS[mine.state](mine, made, both)
        except claim.Lost:
            logger.warning("an import went to another worker: %s", made.uuid)
        except Halted:
            _look_again(mine, made)
        except Refused as refused:
            _give_back(mine, *refused.problems)
        except Exception:  # one poisonous file must not stop the others; its lease runs out, and it is tried again
            logger.exception("the import %s could not be done", made.uuid)


def _read(mine: Claim, made: Import, told: Callable[[int, int], None]) -> None:
    with made.file.open() as file:
        content = file.read()
    if intake.tell(content) != made.form:
        raise Unfit(Problem("file_damaged", _("The file is not the one that was sent."), "file"))
    with transaction.atomic():
        counts = planning.plan(made, content, today=today_of(made.person, mine.now), told=told)
        total = sum(counts.values())
        claim.finish(mine, ImportState.READ, counts=counts, done=total, total=total)


def _apply(mine: Claim, made: Import, told: Callable[[int, int], None]) -> None:
    def end(**columns: object) -> None:
        claim.finish(mine, ImportState.APPLIED, **columns)

    today = today_of(made.person, mine.now)
    applying.apply(made, now=mine.now, today=today, told=told, end=end)


def _undo(mine: Claim, made: Import, told: Callable[[int, int], None]) -> None:
    def end(**columns: object) -> None:
        claim.finish(mine, ImportState.UNDONE, **columns)

    actor = made.undone_by
    assert actor is not None  # noqa: S101 - whoever asked
    applying.undo(made, actor, now=mine.now, told=told, end=end)


def _look_again(mine: Claim, made: Import) -> None:
    """Compare anew, after something has changed between the dry run and now; nothing was written."""
    text = _("The register has changed since the file was read, so nothing was written. Look at the rows again.")
    with transaction.atomic():
        counts = planning.again(made, today=today_of(made.person, mine.now))
        problem = {"row": None, "column": "", "code": "changed_since", "detail": text}
        claim.finish(mine, ImportState.READ, counts=counts, problems=[problem])


def _give_back(mine: Claim, *problems: Problem) -> None:
    told = [{"row": None, "column": p.field, "code": p.code, "detail": str(p.detail)} for p in problems]
    with transaction.atomic():
        claim.finish(mine, _BACK[mine.state], problems=told)


_STEPS: Final = {ImportState.READING: _read, ImportState.APPLYING: _apply, ImportState.UNDOING: _undo}
