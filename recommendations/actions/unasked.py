"""Digests that nobody asked for, begun once for each person: what they are told, and what they owe. A part of other verbs."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q

from recommendations.actions import event
from recommendations.actions.subscription import Wish, columns_of
from recommendations.models import Assignment, Notice, Person, Subscription
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Subject, Verb
from recommendations.models.notice import NoticeKind
from recommendations.models.person import REGISTER
from recommendations.models.subscription import Scope
from recommendations.rules import access
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.db.models import QuerySet

_MAIL: Final = Wish(cadence=Cadence.HOURLY.value, scope=Scope.NOTICES.value)
_DUTY: Final = Wish(cadence=Cadence.WEEKLY.value, scope=Scope.OWNED.value)


def arrange(told: Collection[int], owing: Collection[int] = (), *, now: dt.datetime) -> None:
    """Send by mail, from now on, what people are told; and weekly what they owe to those who became responsible (`owing`),
    who are told of this too.

    Nobody gets what they have or had once, nor what they owe beside another digest that covers it. However many people
    these are: one statement when there is nothing to begin, else at most six.
    """
    found = _without(told, owing)
    if not (new := set(found.values_list("pk", flat=True))):
        return
    # Held in one order and looked at again: two acts at once begin one digest.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=new).order_by("pk").values_list("pk"))
    wishes = [
        (key, replace(wish, language=language))
        for key, language, *lacking in found.values_list("pk", "language", "lacks_mail", "lacks_duty")
        for wish, is_lacking in zip((_MAIL, _DUTY), lacking, strict=True)
        if is_lacking
    ]
    begun = [Subscription(person_id=key, created_at=now, **columns_of(wish)) for key, wish in wishes]
    Subscription.objects.bulk_create(begun)
    both = list(zip(begun, wishes, strict=True))
    afters = {str(one.uuid): asdict(wish) for one, (_key, wish) in both}
    event.record_all(Verb.SUBSCRIBED, Subject.SUBSCRIPTION, afters, actor=REGISTER, now=now)
    Notice.objects.bulk_create(
        Notice(person_id=key, kind=NoticeKind.DIGEST, subscription=one, made_at=now)
        for one, (key, wish) in both
        if wish.scope == Scope.OWNED
    )


def arrived(person: Person, *, now: dt.datetime) -> None:
    """Do so for somebody who comes to an organization that leads something already, and reports for it."""
    if person.organization_id and access.may_contribute(person.role, is_assigned=True):
        theirs = Assignment.objects.standing().filter(organization=person.organization_id, role=AssignmentRole.LEAD)
        arrange((), [person.pk] if theirs.exists() else (), now=now)


def _without(told: Collection[int], owing: Collection[int]) -> QuerySet[Any]:
    """Return who lacks something that they are to get: their notices (`lacks_mail`), what they owe (`lacks_duty`)."""
    theirs = Subscription.objects.filter(person=OuterRef("pk"))
    own = Q(scope=Scope.ORGANIZATION, organization=OuterRef("organization"))
    covering = theirs.filter(Q(scope__in=(Scope.OWNED, Scope.EVERYTHING)) | own)
    before = Notice.objects.filter(person=OuterRef("pk"), kind=NoticeKind.DIGEST)
    lacks_mail = ~Exists(theirs.filter(scope=Scope.NOTICES))
    lacks_duty = Q(pk__in=owing) & ~Exists(covering) & ~Exists(before)
    active = Person.objects.filter(pk__in={*told, *owing}, is_active=True).order_by("pk")
    return active.annotate(lacks_mail=lacks_mail, lacks_duty=lacks_duty).filter(Q(lacks_mail=True) | Q(lacks_duty=True))
