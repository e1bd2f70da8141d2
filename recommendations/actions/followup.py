"""Update a status: an owner reports, a reviewer verifies, each citing evidence; take an update back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from recommendations.actions import computed, event, evidence
from recommendations.actions.citation import cited
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.today import today_of
from recommendations.models import Assessment
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, calendar, lifecycle, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if
from recommendations.rules.lifecycle import Blocker, Kind, Move, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

    from recommendations.models import Evidence, Person, Recommendation


@dataclass(frozen=True, slots=True)
class Statement:
    """What an assessment says besides its value. `evidence` are ids of pieces attached to the item."""

    as_of: dt.date
    narrative: str = ""
    next_step: str = ""
    next_review_on: dt.date | None = None
    blockers: tuple[str, ...] = ()
    evidence: tuple[UUID, ...] = ()


def assess(
    reference: str,
    value: str,
    *,
    kind: str,
    statement: Statement,
    actor: Person,
    now: dt.datetime,
    seen: int | None,
    attachments: Sequence[evidence.Draft] = (),
) -> Assessment:
    """Record a self-assessment or a review; `attachments` become evidence in the same transaction and are cited.

    `seen` is the version of the item that the writer looked at (None: the writer claims none).
    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, and `Unlawful` with all that the law has against it.
    """
    with act(now):
        item = locked(reference, actor, seen=seen)
        return make(item, value, kind=kind, statement=statement, actor=actor, now=now, attachments=attachments)


def make(
    item: Recommendation,
    value: str,
    *,
    kind: str,
    statement: Statement,
    actor: Person,
    now: dt.datetime,
    attachments: Sequence[evidence.Draft] = (),
    reply: str = "",
) -> Assessment:
    """Assess an item that the transaction of a verb holds; with `reply`, the event tells that a digest was answered so.

    Raises as `assess` does.
    """
    need_right(kind, actor, item)
    need_standing(item)
    computed.need_no_parts(item)
    refuse_if(_check(value, kind, statement, item, today_of(actor, now)))
    new = [evidence.attach(item.reference, draft, actor=actor, now=now) for draft in attachments]
    item.refresh_from_db(fields=["version"])
    pieces = [*cited(item, statement.evidence), *new]
    move = _move(item, Status(value), Kind(kind), statement, cited=pieces, actor=actor)
    refuse_if(lifecycle.check(move), Unlawful)
    made = _written(item, move, statement, pieces, actor=actor, now=now)
    said = {"reply": reply} if reply else {}
    after = {**_told(made, pieces), **said}
    event.about(item, Verb.ASSESSED, actor=actor, now=now, before={"value": move.previous}, after=after)
    computed.keep_whole_of(item, actor=actor, now=now)
    return made


def objections(item: Recommendation, value: Status, said: Statement, *, actor: Person) -> list[Problem]:
    """Return all that the law has against a self-assessment, without making it."""
    move = _move(item, value, Kind.SELF, said, cited=cited(item, said.evidence), actor=actor)
    return lifecycle.check(move)


def retract(uuid: UUID, reason: str, *, actor: Person, now: dt.datetime) -> Assessment:
    """Take a status update back (wrong item, wrong value); it stays readable, and nothing rests on it any more.

    Raises `Missing`, `Forbidden`, `Invalid` (no reason), `Unlawful` (already retracted, item withdrawn).
    """
    with act(now):
        made = Assessment.objects.filter(uuid=uuid).select_related("recommendation").first()
        if made is None:
            raise Missing(Problem("not_found", _("There is no such status update.")))
        item = locked(made.recommendation.reference, actor)
        need_right_over(made, actor)
        need_standing(item)
        refuse_if(words.check_text(reason, "reason", longest=words.TEXT, required=True))
        held = item.assessments.standing().filter(pk=made.pk)
        if not held.update(retracted_at=now, retracted_by=actor, retraction_reason=reason):
            raise Unlawful(Problem("already_retracted", _("This status update was retracted before.")))
        column = {Kind.SELF: "reported_status", Kind.REVIEW: "verified_status"}[Kind(made.kind)]
        before, columns = {"value": getattr(item, column)}, computed.columns(item)
        advance(item, now=now, **columns)
        said = {"assessment": made.uuid, "kind": made.kind, "as_of": made.as_of, "retracted": made.value}
        after = {**said, "value": columns[column], "reason": reason}
        event.about(item, Verb.ASSESSMENT_RETRACTED, actor=actor, now=now, before=before, after=after)
        computed.keep_whole_of(item, actor=actor, now=now)
    made.refresh_from_db()
    return made


def need_right_over(made: Assessment, actor: Person) -> None:
    """Raise `Forbidden` unless the actor may take the status update back."""
    allowed = access.may_keep_register(role_of(actor)) or made.author_id == actor.pk
    need(allowed, "not_yours", _("Only the person who made it, or a steward, may retract a status update."))


def open_to(actor: Person, item: Recommendation) -> tuple[Kind, ...]:
    """Return the kinds of assessment that the actor may make of an item."""
    may_report = access.may_contribute(role_of(actor), is_assigned=is_assigned(actor, item))
    may = {Kind.SELF: may_report, Kind.REVIEW: access.may_review(role_of(actor))}
    return tuple(kind for kind in Kind if may[kind])


def need_right(kind: str, actor: Person, item: Recommendation) -> None:
    """Raise `Forbidden` unless the actor may make an assessment of this kind."""
    allowed = open_to(actor, item)
    if kind == Kind.REVIEW:
        text = _("Only reviewers and stewards may review a recommendation.")
        need(Kind.REVIEW in allowed, "reviewers_only", text)
    else:
        text = _("Only the owners of %(reference)s, or a steward on their behalf, may report on it.")
        need(Kind.SELF in allowed, "not_assigned", text % {"reference": item.reference})


def is_own_report(item: Recommendation, actor: Person, as_of: dt.date | None = None) -> bool:
    """Tell whether a review by the actor, of a day, would confirm the actor's own report.

    That is the report that stands now, and the one that stood on the day of a back-dated review.
    """
    confirmed = [item.reported, _last(item, Kind.SELF, as_of) if as_of else None]
    return any(report is not None and report.author_id == actor.pk for report in confirmed)


def move_facts(item: Recommendation, kind: Kind, as_of: dt.date) -> tuple[Status, Status]:
    """Return the values before an assessment of this kind and day: of the same kind, and of the other."""
    other = Kind.REVIEW if kind is Kind.SELF else Kind.SELF
    return _value_before(item, kind, as_of), _value_before(item, other, as_of)


def source_end(item: Recommendation) -> dt.date | None:
    """Return the last day on which the item's source may have been published; evidence has to be younger."""
    source = item.source
    return calendar.last_day(source.published_on, source.published_precision) if source.published_on else None


def _last(item: Recommendation, kind: Kind, as_of: dt.date) -> Assessment | None:
    return item.assessments.standing().filter(kind=kind, as_of__lte=as_of).latest_first().first()


def _value_before(item: Recommendation, kind: Kind, as_of: dt.date) -> Status:
    before = _last(item, kind, as_of)
    return Status(before.value) if before else Status.NOT_ASSESSED


def _check(value: str, kind: str, said: Statement, item: Recommendation, today: dt.date) -> list[Problem]:
    problems = words.check_past(said.as_of, today, "as_of")
    if value not in Status.values:
        problems.append(words.not_a_choice(value, lifecycle.ASSESSABLE, "value"))
    if kind not in Kind.values:
        problems.append(words.not_a_choice(kind, Kind.values, "kind"))
    for number, blocker in enumerate(said.blockers):
        if blocker not in Blocker.values:
            problems.append(words.not_a_choice(blocker, Blocker.values, f"blockers/{number}"))
    problems += words.check_text(said.narrative, "narrative", longest=words.TEXT)
    problems += words.check_text(said.next_step, "next_step", longest=words.TEXT)
    published = item.source.published_on
    if published and said.as_of < published:
        text = _("This day is before the source document was published (%(published)s).")
        problems.append(Problem("before_source", text % {"published": item.source.published}, "as_of"))
    if said.next_review_on and said.next_review_on <= said.as_of:
        text = _("The next review has to come after the day this speaks of.")
        problems.append(Problem("review_not_later", text, "next_review_on"))
    return problems


def _move(
    item: Recommendation, value: Status, kind: Kind, said: Statement, *, cited: list[Evidence], actor: Person
) -> Move:
    previous, other = move_facts(item, kind, said.as_of)
    return Move(
        kind=kind,
        value=value,
        previous=previous,
        other=other,
        has_narrative=bool(said.narrative.strip()),
        exhibits=tuple(piece.exhibit() for piece in cited),
        source_end=source_end(item),
        confirms_own=is_own_report(item, actor, said.as_of),
    )


def _written(
    item: Recommendation, move: Move, said: Statement, cited: list[Evidence], *, actor: Person, now: dt.datetime
) -> Assessment:
    made = Assessment.objects.create(
        recommendation=item,
        kind=move.kind,
        value=move.value,
        as_of=said.as_of,
        narrative=said.narrative,
        next_step=said.next_step,
        next_review_on=said.next_review_on,
        blockers=list(dict.fromkeys(said.blockers)),
        author=actor,
        recorded_at=now,
    )
    made.evidence.set(cited)
    advance(item, now=now, heard_at=now, **computed.current(item))
    return made


def _told(made: Assessment, cited: list[Evidence]) -> dict[str, Any]:
    names = ("kind", "value", "as_of", "narrative", "next_step", "next_review_on", "blockers")
    said = {name: getattr(made, name) for name in names}
    return {"assessment": made.uuid, **said, "evidence": [piece.uuid for piece in cited]}
