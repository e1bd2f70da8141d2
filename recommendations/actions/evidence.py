"""Attach what shows that something happened; retract what turned out not to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.today import today_of
from recommendations.models import Evidence
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, links, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if
from recommendations.rules.lifecycle import EvidenceKind

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person, Recommendation


@dataclass(frozen=True, slots=True)
class Draft:
    """A link about to become evidence."""

    title: str
    url: str
    dated_on: dt.date
    kind: str
    issuer: str = ""


def attach(reference: str, draft: Draft, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Evidence:
    """Attach a link to a recommendation.

    Raises `Missing`, `Stale`, `Forbidden` (not one's own to do), `Invalid`, `Unlawful` (withdrawn).
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_right(actor, item)
        need_standing(item)
        refuse_if(_check(draft, today_of(actor, now)))
        piece = Evidence.objects.create(recommendation=item, added_by=actor, added_at=now, **asdict(draft))
        advance(item, now=now, heard_at=now)
        after = {"evidence": piece.uuid, **asdict(draft)}
        event.about(item, Verb.EVIDENCE_ATTACHED, actor=actor, now=now, after=after)
    return piece


def retract(uuid: UUID, reason: str, *, actor: Person, now: dt.datetime) -> Evidence:
    """Withdraw a piece of evidence with a reason; it stays readable. Who attached it, or a steward, may.

    Raises `Missing`, `Forbidden`, `Invalid` (no reason), `Unlawful` (already retracted, item withdrawn).
    """
    with act(now):
        piece = Evidence.objects.filter(uuid=uuid).select_related("recommendation").first()
        if piece is None:
            raise Missing(Problem("not_found", _("There is no such piece of evidence.")))
        item = locked(piece.recommendation.reference, actor)
        need_right_over(piece, actor)
        need_standing(item)
        refuse_if(words.check_text(reason, "reason", longest=words.TEXT, required=True))
        held = Evidence.objects.filter(pk=piece.pk, retracted_at__isnull=True)
        if not held.update(retracted_at=now, retracted_by=actor, retraction_reason=reason, version=piece.version + 1):
            raise Unlawful(Problem("already_retracted", _("This piece of evidence was retracted before.")))
        advance(item, now=now)
        after = {"evidence": piece.uuid, "title": piece.title, "reason": reason}
        event.about(item, Verb.EVIDENCE_RETRACTED, actor=actor, now=now, after=after)
    piece.refresh_from_db()
    return piece


def need_right(actor: Person, item: Recommendation) -> None:
    """Raise `Forbidden` unless the actor may attach evidence to the item."""
    text = _("Only the owners of %(reference)s, reviewers and stewards may attach evidence to it.")
    allowed = access.may_attach_evidence(role_of(actor), is_assigned=is_assigned(actor, item))
    need(allowed, "not_assigned", text % {"reference": item.reference})


def need_right_over(piece: Evidence, actor: Person) -> None:
    """Raise `Forbidden` unless the actor may retract the piece."""
    allowed = access.may_keep_register(role_of(actor)) or piece.added_by_id == actor.pk
    need(allowed, "not_yours", _("Only the person who attached it, or a steward, may retract evidence."))


def _check(draft: Draft, today: dt.date) -> list[Problem]:
    problems = words.check_text(draft.title, "title", longest=words.TITLE, required=True)
    problems += words.check_text(draft.issuer, "issuer", longest=words.LINE)
    problems += words.check_text(draft.url, "url", longest=links.MAX_LENGTH, required=True) or links.check_link(
        draft.url
    )
    problems += words.check_past(draft.dated_on, today, "dated_on")
    if draft.kind not in EvidenceKind.values:
        problems.append(words.not_a_choice(draft.kind, EvidenceKind.values, "kind"))
    return problems
