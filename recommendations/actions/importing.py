"""Tables that come in: taken, applied, undone. What a row does it does by `actions.many`; the workshop reads and compares."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, keeping, notice
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_steward
from recommendations.models import Import
from recommendations.models.event import Subject, Verb
from recommendations.models.importing import ImportState, RowOutcome
from recommendations.rules.errors import Missing, Problem, Unlawful

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person

FOLDER: Final = "imports"
_LONGEST: Final = 200
_GOOD: Final = (RowOutcome.CREATE, RowOutcome.UPDATE)
_BAD: Final = (RowOutcome.CONFLICT, RowOutcome.ERROR)


def take(name: str, content: bytes, form: str, *, actor: Person, now: dt.datetime) -> Import:
    """Keep a file that is to be read; nothing of the register changes, so there is no event.

    `form` is what its bytes say it is. Its name is shown to stewards and otherwise has no say. Raises `Forbidden`.
    """
    need_steward(actor)
    with act(now):
        return Import.objects.create(
            person=actor,
            file_name=_shown(name),
            form=form,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            file=keeping.keep(FOLDER, content),
            language=actor.language,
            made_at=now,
        )


def apply(uuid: UUID, *, only_good: bool = False, actor: Person, now: dt.datetime) -> Import:
    """Ask that the rows of one's own import be written; a worker does it, all or nothing.

    With `only_good` rows in conflict or error are left aside, else there may be none. Raises `Missing`, `Forbidden`,
    `Unlawful` (not read yet, applied before, nothing to apply, conflicts or errors).
    """
    with act(now):
        made = _locked(uuid, actor)
        need(made.person_id == actor.pk, "not_yours", _("Only the person who sent the file may apply it."))
        _need_state(made, ImportState.READ, _("It can be applied once, after it was read; look at its state."))
        bad = sum(made.counts.get(outcome, 0) for outcome in _BAD)
        if bad and not only_good:
            text = _(
                "Some rows are in conflict or wrong: correct the file and send it again, or apply only the good rows."
            )
            raise Unlawful(Problem("rows_wrong", text, "only_good"))
        if not any(made.counts.get(outcome, 0) for outcome in _GOOD):
            raise Unlawful(Problem("nothing_to_apply", _("No row would change anything.")))
        _queue(made, ImportState.TO_APPLY, only_good=only_good, problems=[])
    return made


def undo(uuid: UUID, *, actor: Person, now: dt.datetime) -> Import:
    """Ask that an import be taken back, once: what it made is withdrawn, what it changed goes back; for stewards.

    What somebody has changed since stays as it is and is listed. Raises `Missing`, `Forbidden`, `Unlawful`.
    """
    with act(now):
        made = _locked(uuid, actor)
        _need_state(made, ImportState.APPLIED, _("It can be undone once, after it was applied; look at its state."))
        _queue(made, ImportState.TO_UNDO, undone_by=actor)
    return made


def note_applied(made: Import, counts: dict[str, int], *, now: dt.datetime) -> None:
    """Write the one event of an import that was applied, and tell each person once whose items it changed."""
    after = {
        "created": counts.get(RowOutcome.CREATE, 0),
        "updated": counts.get(RowOutcome.UPDATE, 0),
        "left": sum(counts.get(outcome, 0) for outcome in _BAD),
        "sha256": made.sha256,
    }
    event.record(Verb.IMPORTED, Subject.IMPORT, str(made.uuid), actor=made.person, now=now, after=after)
    notice.imported(made, made.person, now=now)


def note_undone(made: Import, undone: int, left: int, *, actor: Person, now: dt.datetime) -> None:
    """Write the one event of an import that was undone, and tell each person once whose items went back."""
    after = {"undone": undone, "not_undone": left}
    event.record(Verb.UNDONE, Subject.IMPORT, str(made.uuid), actor=actor, now=now, after=after)
    notice.imported(made, actor, now=now)


def _locked(uuid: UUID, actor: Person) -> Import:
    made = Import.objects.visible_to(actor).select_for_update().filter(uuid=uuid).first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such import.")))
    need_steward(actor)
    return made


def _need_state(made: Import, state: ImportState, text: Any) -> None:
    if made.state != state:
        raise Unlawful(Problem("wrong_state", text))


def _queue(made: Import, state: ImportState, **columns: Any) -> None:
    said = {**columns, "state": state, "attempts": 0, "done": 0, "finished_at": None}
    Import.objects.filter(pk=made.pk).update(**said)
    for name, value in said.items():
        setattr(made, name, value)


def _shown(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    return "".join(filter(str.isprintable, last)).strip()[-_LONGEST:] or "file"
