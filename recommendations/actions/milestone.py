"""Plan deliverables of a recommendation, amend them, finish or cancel them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event
from recommendations.actions.moment import act
from recommendations.actions.permission import is_assigned, need, need_current
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.actions.today import today_of
from recommendations.models import Milestone
from recommendations.models.event import Verb
from recommendations.models.person import role_of
from recommendations.rules import access, words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Person, Recommendation


@dataclass(frozen=True, slots=True)
class Plan:
    """A deliverable, and the day by which it is promised (None: no day was named)."""

    title: str
    due_on: dt.date | None = None


AMENDABLE: Final = tuple(Plan.__slots__)


def plan(reference: str, said: Plan, *, actor: Person, now: dt.datetime, seen: int | None = None) -> Milestone:
    """Set a milestone. Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn)."""
    with act(now):
        item = locked(reference, actor, seen=seen)
        need_right(actor, item)
        need_standing(item)
        refuse_if(_check(said))
        made = Milestone.objects.create(recommendation=item, **asdict(said))
        advance(item, now=now, heard_at=now)
        after = {"milestone": made.uuid, **asdict(said)}
        event.about(item, Verb.MILESTONE_SET, actor=actor, now=now, after=after)
    return made


def amend(
    uuid: UUID, changed: dict[str, Any], *, actor: Person, now: dt.datetime, seen: int | None = None
) -> Milestone:
    """Change title or due date of an open milestone; `seen` is its version. Nothing new is no event.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (finished, cancelled, withdrawn).
    """
    with act(now):
        made = _held(uuid, actor, seen=seen)
        old = asdict(plan_of(made))
        new = Plan(**{**old, **changed})
        refuse_if(_check(new))
        before, after = event.changes(old, asdict(new))
        if after:
            _write(made, Verb.MILESTONE_AMENDED, actor, now, before=before, **after)
    return made


def finish(uuid: UUID, done_on: dt.date, *, actor: Person, now: dt.datetime) -> Milestone:
    """Say that it was delivered, on a day that has come.

    Raises `Missing`, `Forbidden`, `Invalid`, `Unlawful` (finished, cancelled, withdrawn).
    """
    with act(now):
        made = _held(uuid, actor)
        refuse_if(words.check_past(done_on, today_of(actor, now), "done_on"))
        _write(made, Verb.MILESTONE_FINISHED, actor, now, before={"done_on": None}, done_on=done_on)
    return made


def cancel(uuid: UUID, reason: str, *, actor: Person, now: dt.datetime) -> Milestone:
    """Say that it will not be delivered, and why; it stays readable.

    Raises `Missing`, `Forbidden`, `Invalid` (no reason), `Unlawful` (finished, cancelled, withdrawn).
    """
    with act(now):
        made = _held(uuid, actor)
        refuse_if(words.check_text(reason, "reason", longest=words.TEXT, required=True))
        columns = {"cancelled_at": now, "cancellation_reason": reason}
        _write(made, Verb.MILESTONE_CANCELLED, actor, now, before={}, told={"reason": reason}, **columns)
    return made


def plan_of(made: Milestone) -> Plan:
    """Return what is planned now."""
    return Plan(made.title, made.due_on)


def need_right(actor: Person, item: Recommendation) -> None:
    """Raise `Forbidden` unless the actor may report milestones of the item."""
    text = _("Only the owners of %(reference)s, or a steward on their behalf, may report milestones.")
    allowed = access.may_contribute(role_of(actor), is_assigned=is_assigned(actor, item))
    need(allowed, "not_assigned", text % {"reference": item.reference})


def need_open(made: Milestone) -> None:
    """Raise `Unlawful` for a milestone that was finished or cancelled."""
    if not made.is_open:
        text = _("This milestone is finished or cancelled; set a new one instead.")
        raise Unlawful(Problem("milestone_closed", text))


def _held(uuid: UUID, actor: Person, *, seen: int | None = None) -> Milestone:
    """Lock the item and return its milestone, asked everything that all verbs ask."""
    found = Milestone.objects.filter(uuid=uuid).select_related("recommendation")
    made = found.first()
    if made is None:
        raise Missing(Problem("not_found", _("There is no such milestone.")))
    item = locked(made.recommendation.reference, actor)
    need_right(actor, item)
    need_standing(item)
    made.refresh_from_db()
    made.recommendation = item
    need_current(made.version, seen)
    need_open(made)
    return made


def _write(
    made: Milestone,
    verb: Verb,
    actor: Person,
    now: dt.datetime,
    *,
    before: dict[str, Any],
    told: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    columns["version"] = made.version + 1
    for column, value in columns.items():
        setattr(made, column, value)
    made.save(update_fields=list(columns))
    advance(made.recommendation, now=now, heard_at=now)
    del columns["version"]
    after = {"milestone": made.uuid, "title": made.title, **(columns if told is None else told)}
    event.about(made.recommendation, verb, actor=actor, now=now, before=before, after=after)


def _check(said: Plan) -> list[Problem]:
    problems = words.check_text(said.title, "title", longest=words.TITLE, required=True)
    return [*problems, *words.check_planned(said.due_on, "due_on")]
