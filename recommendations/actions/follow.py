"""Follow a recommendation; stop following it. Nobody else learns of it, and the item does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import need_signed_in
from recommendations.models import Follow, Recommendation
from recommendations.models.event import Subject, Verb
from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Person


def follow(reference: str, *, actor: Person, now: dt.datetime) -> Follow:
    """Begin to follow; following twice is no second event. Withdrawn items can be followed: they may be restored.

    Raises `Missing`, `Forbidden` (not signed in).
    """
    with act(now):
        item = _seen(reference, actor)
        need_signed_in(actor)
        made, is_new = Follow.objects.get_or_create(person=actor, recommendation=item, defaults={"since": now})
        if is_new:
            _record(Verb.FOLLOWED, item, actor, now)
    return made


def unfollow(reference: str, *, actor: Person, now: dt.datetime) -> None:
    """Stop following; what one does not follow is no mistake, and no event.

    Raises `Missing`, `Forbidden` (not signed in).
    """
    with act(now):
        item = _seen(reference, actor)
        need_signed_in(actor)
        gone, _each = Follow.objects.filter(person=actor, recommendation=item).delete()
        if gone:
            _record(Verb.UNFOLLOWED, item, actor, now)


def _seen(reference: str, actor: Person) -> Recommendation:
    item = Recommendation.objects.visible_to(actor).only("id", "reference").filter(reference=reference).first()
    if item is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    return item


def _record(verb: Verb, item: Recommendation, actor: Person, now: dt.datetime) -> None:
    after = {"recommendation": item.reference}
    event.record(verb, Subject.PERSON, str(actor.uuid), actor=actor, now=now, after=after)
