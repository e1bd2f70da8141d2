"""Comment on a recommendation, naming people; take a comment back. For those who sign in only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, notice
from recommendations.actions.moment import act
from recommendations.actions.permission import need, need_signed_in
from recommendations.actions.recommendation import locked
from recommendations.models import Comment, Person
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, words
from recommendations.rules.errors import Invalid, Missing, Problem, Unlawful, refuse_if
from recommendations.texts import mentions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

MOST_MENTIONED: Final = 50


def write(reference: str, body: str, *, actor: Person, now: dt.datetime, people: Sequence[UUID] = ()) -> Comment:
    """Say something in Markdown. Who is named as `@Full Name`, and `people`, are told; the item does not change.

    A name mentions an active person whose name nobody else has, in any case. Raises `Missing`, `Forbidden`, `Invalid`.
    """
    with act(now):
        item = locked(reference, actor)
        need_signed_in(actor)
        refuse_if(words.check_text(body, "body", longest=words.TEXT, required=True))
        told = {**_mentioned(body), **_chosen(people)}
        if len(told) > MOST_MENTIONED:
            text = _("A comment can mention at most %(most)s people; this one names %(count)s.")
            raise Invalid(Problem("too_many", text % {"most": MOST_MENTIONED, "count": len(told)}, "body"))
        made = Comment.objects.create(recommendation=item, author=actor, body=body, written_at=now)
        made.mentioned.set(told.values())
        notice.mentioned(made, told.values())
        digest = hashlib.sha256(body.encode()).hexdigest()
        event.about(item, Verb.COMMENTED, actor=actor, now=now, after={"comment": made.uuid, "sha256": digest})
    return made


def retract(uuid: UUID, *, actor: Person, now: dt.datetime) -> Comment:
    """Take a comment back; it is no longer shown to anybody. Its author, or a steward, may.

    Raises `Missing`, `Forbidden`, `Unlawful` (taken back before).
    """
    with act(now):
        made = Comment.objects.filter(uuid=uuid).select_related("recommendation").first()
        if made is None or not access.may_take_part(role_of(actor)):
            raise Missing(Problem("not_found", _("There is no such comment.")))
        item = locked(made.recommendation.reference, actor)
        need_right_over(made, actor)
        if not Comment.objects.standing().filter(pk=made.pk).update(retracted_at=now, retracted_by=actor):
            raise Unlawful(Problem("already_retracted", _("This comment was taken back before.")))
        notice.taken_back(made)
        event.about(item, Verb.COMMENT_RETRACTED, actor=actor, now=now, after={"comment": made.uuid})
    made.refresh_from_db()
    return made


def need_right_over(made: Comment, actor: Person) -> None:
    """Raise `Forbidden` unless the actor may take the comment back."""
    allowed = made.author_id == actor.pk or access.may_keep_register(role_of(actor))
    need(allowed, "not_yours", _("Only its author, or a steward, may take a comment back."))


def _mentioned(body: str) -> dict[int, Person]:
    if "@" not in body:
        return {}
    people: dict[str, list[Person]] = defaultdict(list)
    for person in Person.objects.filter(is_active=True).only("id", "uuid", "name"):
        people[mentions.key(person.name)].append(person)
    found = {mention.key for mention in mentions.find(body, people)}
    return {people[key][0].pk: people[key][0] for key in found if len(people[key]) == 1}


def _chosen(uuids: Sequence[UUID]) -> dict[int, Person]:
    found = {person.uuid: person for person in Person.objects.filter(is_active=True, uuid__in=uuids)} if uuids else {}
    refuse_if([words.not_found(one, f"people/{place}") for place, one in enumerate(uuids) if one not in found])
    return {person.pk: person for person in found.values()}
