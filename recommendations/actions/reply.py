"""Answer a digest by the link beside an item: once for each item of each mail; make the links mailed so far worthless."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, followup, notice, subscription
from recommendations.actions.computed import need_no_parts
from recommendations.actions.holding import locked, need_seen, need_standing
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need
from recommendations.actions.today import today_of
from recommendations.models import Delivery, Reply
from recommendations.models.delivery import DeliveryKind
from recommendations.models.event import Verb
from recommendations.models.reply import ReplyKind
from recommendations.rules import lifecycle, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if
from recommendations.rules.lifecycle import CLOSED, Kind, Status

if TYPE_CHECKING:
    from uuid import UUID

    from recommendations.models import Assessment, Person, Recommendation, Subscription

VALID: Final = dt.timedelta(days=14)  # as long does a link count after the mail was written


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for: one item of one digest, in the mail that was written at `made_at`."""

    delivery: UUID
    reference: str
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says besides which of the four it is; what is left empty stays as it was announced."""

    value: str = ""
    narrative: str = ""
    next_step: str = ""
    next_review_on: dt.date | None = None
    blockers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """What a link leads to: the digest, its reader, and the answer that was given by it, if any."""

    link: Link
    delivery: Delivery
    person: Person
    given: Reply | None


def answer(link: Link, kind: str, said: Said, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Reply:
    """Answer for an item: a self-assessment, or for `not_mine` a word to the stewards. A link does it once.

    The door has checked the signature. `seen` is the version of the item that the reader was shown. Raises `Missing`,
    `Invalid`, `Unlawful` (used, too old, made worthless, and what the law has against the status), `Forbidden` (not the
    actor's to do any more), `Stale`.
    """
    with act(now):
        item = locked(link.reference, actor)
        slip = found(link)
        need(slip.person == actor, "not_yours", _("This link was mailed to somebody else."))
        refuse_if(spent(slip, now), Unlawful)
        need_owed(item, actor)
        if kind not in ReplyKind.values:
            refuse_if([words.not_a_choice(kind, ReplyKind.values, "kind")])
        if kind == ReplyKind.NOT_MINE:
            return _disown(slip, item, said, now)
        need_seen(item, seen)
        return _report(slip, item, ReplyKind(kind), said, now)


def revoke(uuid: UUID, *, actor: Person, now: dt.datetime) -> Subscription:
    """Make the links to answer by worthless that one's own digest has brought so far. Raises `Missing`, `Unlawful` (ended)."""
    with act(now) as moment:
        made = subscription.locked(uuid, actor)
        before, after = {"answers_from": made.answers_from}, {"answers_from": moment}
        subscription.update(made, answers_from=moment)
        subscription.record(made, Verb.AMENDED, actor, now, before=before, after=after)
    return made


def found(link: Link) -> Slip:
    """Return what a link leads to. Raises `Missing`."""
    digests = Delivery.objects.for_reading().filter(kind=DeliveryKind.DIGEST, subscription__person__isnull=False)
    row = digests.filter(uuid=link.delivery).first()
    if row is None or row.subscription.person is None:
        raise Missing(Problem("not_found", _("There is no such digest.")))
    given = Reply.objects.filter(delivery=row, recommendation__reference=link.reference)
    return Slip(link, row, row.subscription.person, given.select_related("assessment").first())


def spent(slip: Slip, now: dt.datetime) -> list[Problem]:
    """Return why a link is worth nothing: made worthless, used before, too old.

    It is made worthless by `revoke`, by the end of its digest, and where its reader may not sign in any more or has
    another address than the one it was mailed to.
    """
    made, at = slip.delivery.subscription, slip.link.made_at
    is_elsewhere = slip.delivery.recipient.lower() != made.address.lower()
    is_revoked = made.answers_from is not None and at < made.answers_from
    if is_revoked or is_elsewhere or made.ended_at is not None or not slip.person.is_active:
        return [Problem("link_revoked", _("This link was made worthless; sign in to answer."))]
    if slip.given is not None:
        return [Problem("already_answered", _("This was answered before; a link counts once."))]
    if now - at >= VALID:
        text = _("This link is older than %(days)s days; sign in to answer.")
        return [Problem("link_expired", text % {"days": VALID.days})]
    return []


def need_owed(item: Recommendation, actor: Person) -> None:
    """Raise `Forbidden` or `Unlawful` unless the item is still the actor's to report on: what digests ask for."""
    followup.need_right(Kind.SELF, actor, item)
    need(is_assigned(actor, item), "not_assigned", _("It is not yours to answer for any more."))
    need_standing(item)
    need_no_parts(item)


def values(item: Recommendation, actor: Person, now: dt.datetime) -> list[Status]:
    """Return which statuses can be reported by mail from here: what needs evidence, only as long as its own stands."""
    return [value for value in lifecycle.ASSESSABLE if not _objections(item, value, actor, now)]


def takes_value(kind: ReplyKind, item: Recommendation) -> bool:
    """Tell whether an answer says a status; being blocked leaves the one that stands as it is, and being on track too."""
    nothing_stands = Status(item.reported_status) is Status.NOT_ASSESSED
    return kind == ReplyKind.CHANGED or (kind == ReplyKind.BLOCKED and nothing_stands)


def obstacles(item: Recommendation, kind: ReplyKind, actor: Person, now: dt.datetime) -> list[Problem]:
    """Return what is against an answer whatever it says: no status that could stand, or one that lost its evidence."""
    if kind == ReplyKind.NOT_MINE or takes_value(kind, item):
        return []
    stands = Status(item.reported_status)
    if stands is Status.NOT_ASSESSED:
        return [
            Problem("nothing_reported", _("Nobody has reported on it yet, so there is no status that could stand."))
        ]
    return _objections(item, stands, actor, now)


def statement(item: Recommendation, value: str, said: Said, actor: Person, now: dt.datetime) -> followup.Statement:
    """Say what is new, and keep what was announced; a status that stays rests on what it rested on."""
    today, last = today_of(actor, now), item.reported
    kept: dict[str, Any] = {"next_step": said.next_step, "next_review_on": said.next_review_on}
    if last and value not in CLOSED:
        is_to_come = last.next_review_on is not None and last.next_review_on > today
        kept["next_step"] = said.next_step or last.next_step
        kept["next_review_on"] = said.next_review_on or (last.next_review_on if is_to_come else None)
    pieces = last.evidence.standing().values_list("uuid", flat=True) if last and last.value == value else ()
    return followup.Statement(today, said.narrative, blockers=said.blockers, evidence=tuple(pieces), **kept)


def _objections(item: Recommendation, value: Status, actor: Person, now: dt.datetime) -> list[Problem]:
    said = statement(item, value, Said(narrative="-"), actor, now)
    return followup.objections(item, value, said, actor=actor)


def _report(slip: Slip, item: Recommendation, kind: ReplyKind, said: Said, now: dt.datetime) -> Reply:
    refuse_if(obstacles(item, kind, slip.person, now), Unlawful)
    if kind == ReplyKind.BLOCKED and not said.blockers:
        refuse_if([Problem("required", _("This is needed; fill it in."), "blockers")])
    value = said.value if takes_value(kind, item) else item.reported_status
    told = statement(item, value, said, slip.person, now)
    made = followup.make(item, value, kind=Kind.SELF, statement=told, reply=kind, actor=slip.person, now=now)
    return _written(slip, item, kind, now, assessment=made)


def _disown(slip: Slip, item: Recommendation, said: Said, now: dt.datetime) -> Reply:
    refuse_if(words.check_text(said.narrative, "narrative", longest=words.TEXT))
    made = _written(slip, item, ReplyKind.NOT_MINE, now, note=said.narrative)
    after = {"reply": made.uuid, "reason": said.narrative}
    event.about(item, Verb.DISOWNED, actor=slip.person, now=now, after=after)
    notice.disowned(made)
    return made


def _written(
    slip: Slip,
    item: Recommendation,
    kind: ReplyKind,
    now: dt.datetime,
    *,
    assessment: Assessment | None = None,
    note: str = "",
) -> Reply:
    return Reply.objects.create(
        delivery=slip.delivery,
        recommendation=item,
        person=slip.person,
        kind=kind,
        assessment=assessment,
        note=note,
        answered_at=now,
    )
