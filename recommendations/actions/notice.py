"""Tell people: that they were mentioned, made responsible, touched by a batch or an import, needed. A part of other verbs.

Seeing is a verb of its own. Whoever is told something gets it by mail too, from then on (actions/unasked.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import unasked
from recommendations.actions.moment import act
from recommendations.models import Assignment, ImportRow, Notice, Person, Recommendation
from recommendations.models.assignment import AssignmentRole
from recommendations.models.importing import RowOutcome
from recommendations.models.notice import NoticeKind
from recommendations.rules import access
from recommendations.rules.access import Role
from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from recommendations.models import Batch, Comment, Import, Reply, Webhook
    from recommendations.models.person import Register

_REPORTING: Final = [role.value for role in Role if access.at_least(role, Role.CONTRIBUTOR)]
_KEEPING: Final = [role.value for role in Role if access.may_keep_register(role)]


def mentioned(comment: Comment, people: Iterable[Person]) -> None:
    """Tell people that a comment names them; the author needs no telling."""
    about = {"recommendation_id": comment.recommendation_id, "comment": comment, "made_at": comment.written_at}
    told = [person.pk for person in people if person.pk != comment.author_id]
    _tell([Notice(person_id=key, kind=NoticeKind.MENTIONED, **about) for key in told], now=comment.written_at)


def taken_back(comment: Comment) -> None:
    """Tell nobody any more of a comment that was taken back; who has seen the notice keeps it."""
    Notice.objects.filter(comment=comment).unseen().delete()


def assigned(made: Assignment, *, actor: Person | Register, now: dt.datetime) -> None:
    """Tell who is responsible now: the person named, or else everybody of the organization who reports."""
    held = _people_of([made])
    told = {key for _made, people in held for key in people} - {_key(actor)}
    about = {"recommendation_id": made.recommendation_id, "made_at": now}
    notices = [Notice(person_id=key, kind=NoticeKind.ASSIGNED, **about) for key in sorted(told)]
    _tell(notices, _owing(held), now=now)


def gathered(batch: Batch, items: Sequence[Recommendation], *, actor: Person, now: dt.datetime) -> None:
    """Tell each person once of a batch: how many of its items are theirs to do."""
    held = _people_of(list(Assignment.objects.standing().filter(recommendation__in=items)))
    given = {row["undo"].get("assignment") for row in batch.done}
    notices = [
        Notice(person_id=key, kind=NoticeKind.BATCH, batch=batch, count=count, made_at=now)
        for key, count in _counted(held, actor)
    ]
    _tell(notices, _owing([(made, people) for made, people in held if str(made.uuid) in given]), now=now)


def imported(made: Import, actor: Person, *, now: dt.datetime) -> None:
    """Tell each person once of an import that was applied or undone: how many of the items that it changed are theirs."""
    rows = ImportRow.objects.filter(importing=made, outcome__in=(RowOutcome.CREATE, RowOutcome.UPDATE))
    touched = Recommendation.objects.filter(reference__in=rows.values("reference"))
    held = _people_of(list(Assignment.objects.standing().filter(recommendation__in=touched)))
    notices = [
        Notice(person_id=key, kind=NoticeKind.IMPORT, importing=made, count=count, made_at=now)
        for key, count in _counted(held, actor)
    ]
    _tell(notices, now=now)


def disabled(webhook: Webhook, *, now: dt.datetime) -> None:
    """Tell whose webhook is not called any more."""
    _tell([Notice(person_id=webhook.person_id, kind=NoticeKind.WEBHOOK, webhook=webhook, made_at=now)], now=now)


def disowned(made: Reply) -> None:
    """Tell those who keep the register that an item is not whose it is said to be; whoever says so needs no telling."""
    keepers = Person.objects.filter(is_active=True, role__in=_KEEPING).exclude(pk=made.person_id).order_by("pk")
    about = {"recommendation_id": made.recommendation_id, "reply": made, "made_at": made.answered_at}
    _tell([Notice(person=person, kind=NoticeKind.DISOWNED, **about) for person in keepers], now=made.answered_at)


def see(uuid: UUID, *, actor: Person, now: dt.datetime) -> Notice:
    """Mark one's own notice as seen; seeing twice changes nothing. What one has looked at is no history: no event.

    Raises `Missing`.
    """
    with act(now):
        Notice.objects.filter(uuid=uuid, person=actor).unseen().update(seen_at=now)
        made = Notice.objects.filter(uuid=uuid, person=actor).first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such notice.")))
    return made


def see_all(*, actor: Person, now: dt.datetime) -> int:
    """Mark all of one's notices made until now as seen; return how many were not."""
    with act(now):
        return Notice.objects.filter(person=actor, made_at__lte=now).unseen().update(seen_at=now)


def _tell(notices: Sequence[Notice], owing: Collection[int] = (), *, now: dt.datetime) -> None:
    """Write notices, and see to it that whoever gets one gets mail; `owing` became responsible by what they are about."""
    Notice.objects.bulk_create(notices)
    unasked.arrange([one.person_id for one in notices], owing, now=now)


def _counted(held: Iterable[tuple[Assignment, set[int]]], actor: Person) -> list[tuple[int, int]]:
    """Return for each person but the actor how many items are theirs."""
    theirs: dict[int, set[int]] = defaultdict(set)
    for made, people in held:
        for key in people - {actor.pk}:
            theirs[key].add(made.recommendation_id)
    return [(key, len(items)) for key, items in sorted(theirs.items())]


def _owing(held: Iterable[tuple[Assignment, set[int]]]) -> set[int]:
    """Return who has to do something by these assignments: the people named, and those who report for a lead."""
    return {
        key for made, people in held if made.role == AssignmentRole.LEAD or made.person_id in people for key in people
    }


def _key(actor: Person | Register) -> int | None:
    return actor.pk if isinstance(actor, Person) else None


def _people_of(assignments: Sequence[Assignment]) -> list[tuple[Assignment, set[int]]]:
    """Return who has to know of each assignment, in two statements for any number of them."""
    named = {made.person_id for made in assignments if made.person_id}
    active = set(Person.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True)) if named else set()
    bodies = {made.organization_id for made in assignments if made.person_id not in active}
    colleagues: dict[int | None, set[int]] = defaultdict(set)
    reporting = Person.objects.filter(organization__in=bodies, is_active=True, role__in=_REPORTING)
    for key, body in reporting.values_list("pk", "organization_id"):
        colleagues[body].add(key)
    return [(m, {m.person_id} if m.person_id in active else colleagues[m.organization_id]) for m in assignments]
