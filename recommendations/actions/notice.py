"""Tell people: that they were mentioned, made responsible, touched by a batch or an import. A part of other verbs; seeing is its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions.moment import act
from recommendations.models import Assignment, ImportRow, Notice, Person, Recommendation
from recommendations.models.importing import RowOutcome
from recommendations.models.notice import NoticeKind
from recommendations.rules import access
from recommendations.rules.access import Role
from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from recommendations.models import Batch, Comment, Import
    from recommendations.models.person import Register

_REPORTING: Final = [role.value for role in Role if access.at_least(role, Role.CONTRIBUTOR)]


def mentioned(comment: Comment, people: Iterable[Person]) -> None:
    """Tell people that a comment names them; the author needs no telling."""
    Notice.objects.bulk_create(
        Notice(
            person=person,
            kind=NoticeKind.MENTIONED,
            recommendation_id=comment.recommendation_id,
            comment=comment,
            made_at=comment.written_at,
        )
        for person in people
        if person.pk != comment.author_id
    )


def taken_back(comment: Comment) -> None:
    """Tell nobody any more of a comment that was taken back; who has seen the notice keeps it."""
    Notice.objects.filter(comment=comment).unseen().delete()


def assigned(made: Assignment, *, actor: Person | Register, now: dt.datetime) -> None:
    """Tell who is responsible now: the person named, or else everybody of the organization who reports."""
    told = {key for _made, people in _people_of([made]) for key in people} - {_key(actor)}
    Notice.objects.bulk_create(
        Notice(person_id=key, kind=NoticeKind.ASSIGNED, recommendation_id=made.recommendation_id, made_at=now)
        for key in sorted(told)
    )


def gathered(batch: Batch, items: Sequence[Recommendation], *, actor: Person, now: dt.datetime) -> None:
    """Tell each person once of a batch: how many of its items are theirs to do.

    What its verbs told of these items at this moment is taken back for it: the items are locked, so nobody else did.
    """
    Notice.objects.filter(kind=NoticeKind.ASSIGNED, recommendation__in=items, made_at=now).delete()
    theirs: dict[int, set[int]] = defaultdict(set)
    standing = Assignment.objects.standing().filter(recommendation__in=items)
    for made, people in _people_of(list(standing)):
        for key in people - {_key(actor)}:
            theirs[key].add(made.recommendation_id)
    Notice.objects.bulk_create(
        Notice(person_id=key, kind=NoticeKind.BATCH, batch=batch, count=len(touched), made_at=now)
        for key, touched in sorted(theirs.items())
    )


def imported(made: Import, actor: Person, *, now: dt.datetime) -> None:
    """Tell each person once of an import that was applied or undone: how many of the items that it changed are theirs."""
    rows = ImportRow.objects.filter(importing=made, outcome__in=(RowOutcome.CREATE, RowOutcome.UPDATE))
    touched = Recommendation.objects.filter(reference__in=rows.values("reference"))
    theirs: dict[int, set[int]] = defaultdict(set)
    for held, people in _people_of(list(Assignment.objects.standing().filter(recommendation__in=touched))):
        for key in people - {actor.pk}:
            theirs[key].add(held.recommendation_id)
    Notice.objects.bulk_create(
        Notice(person_id=key, kind=NoticeKind.IMPORT, importing=made, count=len(items), made_at=now)
        for key, items in sorted(theirs.items())
    )


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
