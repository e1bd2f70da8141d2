"""Do the same to many items at once, each by its own verb; undo it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, holding, notice
from recommendations.actions.bulk import VERBS, changed_since
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_signed_in
from recommendations.models import Batch, Recommendation
from recommendations.models.batch import BatchVerb
from recommendations.models.event import Subject, Verb
from recommendations.models.person import role_of
from recommendations.rules import access, words
from recommendations.rules.errors import Forbidden, Invalid, Missing, Problem, Refused, Unlawful, refuse_if
from recommendations.rules.references import check_reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from recommendations.models import Person

MOST: Final = 1000
type_of_row = dict[str, Any]


def run(verb: str, references: Sequence[str], said: dict[str, Any], *, actor: Person, now: dt.datetime) -> Batch:
    """Do `verb` to each item, with the same inputs, through the single verb; what it refuses leaves its item as it was.

    `said` are the verb's inputs: see `actions.bulk.VERBS`. What is accepted is written together, with the row of the
    batch and one event of its own. Raises `Invalid` for inputs that fit no item, `Forbidden`, and, when nothing at all
    was accepted, what the items were refused for: then nothing is written.
    """
    need_signed_in(actor)
    refuse_if(_check(verb, references))
    bulk = VERBS[BatchVerb(verb)]
    bulk.check(said)
    with act(now):
        wanted = tuple(dict.fromkeys(references))
        _lock(wanted, actor)
        done, refused = _each(wanted, lambda one: bulk.do(one, said, actor, now))
        if not done:
            raise _all_refused(refused)
        items = list(Recommendation.objects.filter(reference__in=done).only("id", "reference", "version"))
        versions = {item.reference: item.version for item in items}
        made = Batch.objects.create(
            verb=verb,
            actor=actor,
            made_at=now,
            said=event.plain(said),
            done=[{"reference": one, "version": versions[one], "undo": event.plain(done[one])} for one in done],
            refused=_rows(refused),
        )
        after = {"verb": verb, "done": len(done), "refused": len(refused)}
        event.record(Verb.DONE_TO_MANY, Subject.BATCH, str(made.uuid), actor=actor, now=now, after=after)
        if bulk.is_change:
            notice.gathered(made, items, actor=actor, now=now)
    return made


def undo(uuid: UUID, *, actor: Person, now: dt.datetime) -> Batch:
    """Take a batch back, once: the opposite verb for each item that nobody has changed since; the others are listed.

    Whoever did it may, or a steward (who does not see what others follow); the opposite verbs ask again. Raises
    `Missing`, `Forbidden`, `Unlawful` (undone before, cannot be undone, nothing is left to undo).
    """
    with act(now):
        made = Batch.objects.visible_to(actor).select_for_update().filter(uuid=uuid).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such batch.")))
        need_right_over(made, actor)
        if made.undone_at is not None:
            raise Unlawful(Problem("already_undone", _("This was undone before.")))
        undone, left = _each([row["reference"] for row in reversed(made.done)], _opposite(made, actor, now))
        if not undone:
            raise _all_refused(left)
        columns = {"undone_at": now, "undone_by": actor, "not_undone": _rows(left)}
        Batch.objects.filter(pk=made.pk).update(**columns)
        after = {"verb": made.verb, "undone": len(undone), "not_undone": len(left)}
        event.record(Verb.UNDONE, Subject.BATCH, str(made.uuid), actor=actor, now=now, after=after)
    made.refresh_from_db()
    return made


def can_undo(made: Batch, actor: Person) -> bool:
    """Tell whether the actor may take the batch back, as far as one can tell without trying."""
    bulk = VERBS.get(BatchVerb(made.verb))
    is_possible = made.undone_at is None and bulk is not None and bulk.undo is not None
    return is_possible and _may_undo(made, actor)


def need_right_over(made: Batch, actor: Person) -> None:
    """Raise `Forbidden` unless the actor may take the batch back."""
    need(_may_undo(made, actor), "not_yours", _("Only the person who did it, or a steward, may undo it."))


def _may_undo(made: Batch, actor: Person) -> bool:
    return made.actor_id == actor.pk or access.may_keep_register(role_of(actor))


def _check(verb: str, references: Sequence[str]) -> list[Problem]:
    problems = [] if verb in VERBS else [words.not_a_choice(verb, VERBS, "verb")]
    for place, reference in enumerate(references[:MOST]):
        problems += [Problem(p.code, p.detail, f"references/{place}") for p in check_reference(reference)]
    if not references:
        problems.append(Problem("required", _("Choose at least one recommendation."), "references"))
    if len(references) > MOST:
        text = _("At most %(most)s recommendations are possible at once; these are %(count)s.")
        problems.append(Problem("too_many", text % {"most": MOST, "count": len(references)}, "references"))
    return problems


def _lock(references: Iterable[str], actor: Person) -> dict[str, int]:
    """Lock all items and the wholes that they are parts of, in the order of all verbs; return the items' versions."""
    found = Recommendation.objects.visible_to(actor).filter(reference__in=references)
    around = dict(found.values_list("pk", "parent_id"))
    held = holding.hold([*around, *around.values()])
    return {item.reference: item.version for item in held.values() if item.pk in around}


def _each(references: Iterable[str], do: Callable[[str], Any]) -> tuple[dict[str, Any], list[tuple[str, Refused]]]:
    """Call for each item; return what came of those done, and why the others were refused."""
    done: dict[str, Any] = {}
    refused: list[tuple[str, Refused]] = []
    for reference in references:
        try:
            with transaction.atomic():
                done[reference] = do(reference)
        except Refused as why:
            refused.append((reference, why))
    return done, refused


def _opposite(made: Batch, actor: Person, now: dt.datetime) -> Callable[[str], None]:
    """Return what undoes one item of the batch, or refuses to when somebody has changed it since."""
    bulk = VERBS[BatchVerb(made.verb)]
    kept = {row["reference"]: row for row in made.done}
    versions = _lock(kept, actor)

    def back(reference: str) -> None:
        if bulk.undo is None:
            raise Unlawful(Problem("no_undo", _("This cannot be undone at once; correct each item by itself.")))
        if bulk.is_change and versions.get(reference) != kept[reference]["version"]:
            raise changed_since()
        bulk.undo(reference, kept[reference]["undo"], actor, now)

    return back


def _rows(refused: list[tuple[str, Refused]]) -> list[type_of_row]:
    return [
        {"reference": reference, "code": p.code, "detail": str(p.detail), "field": p.field}
        for reference, why in refused
        for p in why.problems
    ]


def _all_refused(refused: list[tuple[str, Refused]]) -> Refused:
    """Return one refusal for all: each reason once, of the kind of all when they are of one kind."""
    kinds = {type(why) for _reference, why in refused}
    kind = kinds.pop() if kinds in ({Invalid}, {Forbidden}) else Unlawful
    named = {
        Problem(p.code, str(p.detail), "references" if isinstance(why, Missing) else p.field): None
        for _reference, why in refused
        for p in why.problems
    }
    return kind(*named)
