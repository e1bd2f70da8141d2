"""Record what an addressee answered to a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.citation import cited
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.today import today_of
from recommendations.models import Organization, Response
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, words
from recommendations.rules.errors import Forbidden, Problem, refuse_if
from recommendations.rules.vocabulary import Answer

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person, Recommendation


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer about to be recorded: the organization's slug, and ids of the item's evidence that it cites."""

    organization: str
    answer: str
    responded_on: dt.date
    statement: str = ""
    evidence: tuple[UUID, ...] = ()


def respond(reference: str, draft: Draft, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Response:
    """Record an organization's answer; the item shows the latest one by its date, then by its record.

    Raises `Missing`, `Stale`, `Forbidden` (not one's own, another organization), `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_right(actor, item)
        need_standing(item)
        refuse_if(_check(draft, item, today_of(actor, now)))
        body = _body(draft.organization, actor, item)
        pieces = cited(item, draft.evidence)
        made = Response.objects.create(
            recommendation=item,
            organization=body,
            answer=draft.answer,
            responded_on=draft.responded_on,
            statement=draft.statement,
            author=actor,
            recorded_at=now,
        )
        made.evidence.set(pieces)
        before = {"answer": item.answer}
        advance(item, now=now, heard_at=now, answer=current(item))
        after = {
            "response": made.uuid,
            "organization": body.slug,
            "answer": draft.answer,
            "responded_on": draft.responded_on,
            "statement": draft.statement,
            "evidence": [piece.uuid for piece in pieces],
        }
        event.about(item, Verb.RESPONDED, actor=actor, now=now, before=before, after=after)
    return made


def current(item: Recommendation) -> str:
    """Return the answer that stands, or "": the computation that `respond` keeps stored."""
    latest = item.responses.order_by("-responded_on", "-id").first()
    return latest.answer if latest else ""


def bodies_of(actor: Person, item: Recommendation) -> list[Organization]:
    """Return for whom the actor may answer: stewards for anybody, owners for the owning organization."""
    if access.may_keep_register(role_of(actor)):
        return list(Organization.objects.by_name())
    theirs = item.assignments.standing().of(actor).values("organization")
    return list(Organization.objects.by_name().filter(pk__in=theirs))


def need_right(actor: Person, item: Recommendation) -> None:
    """Raise `Forbidden` unless the actor may record an answer to the item."""
    text = _("Only the owners of %(reference)s, or a steward on their behalf, may record a response.")
    allowed = access.may_contribute(role_of(actor), is_assigned=is_assigned(actor, item))
    need(allowed, "not_assigned", text % {"reference": item.reference})


def _body(slug: str, actor: Person, item: Recommendation) -> Organization:
    body = Organization.objects.filter(slug=slug).first()
    refuse_if([words.not_found(slug, "organization")] if body is None else [])
    assert body is not None  # noqa: S101 - it has just been refused
    if body not in bodies_of(actor, item):
        text = _("You cannot answer for %(organization)s; choose the organization that you answer for.")
        raise Forbidden(Problem("other_organization", text % {"organization": body.name}, "organization"))
    return body


def _check(draft: Draft, item: Recommendation, today: dt.date) -> list[Problem]:
    problems = words.check_past(draft.responded_on, today, "responded_on")
    if draft.answer not in Answer.values:
        problems.append(words.not_a_choice(draft.answer, Answer.values, "answer"))
    published = item.source.published_on
    if published and draft.responded_on < published:
        text = _("This day is before the source document was published (%(published)s).")
        problems.append(Problem("before_source", text % {"published": item.source.published}, "responded_on"))
    return problems + words.check_text(draft.statement, "statement", longest=words.TEXT)
