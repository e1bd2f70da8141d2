"""Assign an organization (and a person) to a recommendation; say who and since when; release it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from recommendations.actions import event, notice
from recommendations.actions.moment import act
from recommendations.actions.permission import need_current, need_steward
from recommendations.actions.recommendation import advance, locked, need_standing
from recommendations.models import Assignment, Organization, Person
from recommendations.models.assignment import AssignmentRole
from recommendations.models.event import Verb
from recommendations.rules import words
from recommendations.rules.errors import Missing, Problem, Unlawful, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from recommendations.models import Recommendation


def assign(
    reference: str,
    organization: str,
    *,
    role: str,
    since: dt.date,
    actor: Person,
    now: dt.datetime,
    person: UUID | None = None,
    seen: int | None = None,
) -> Assignment:
    """Make an organization (slug), and a person of it when known, responsible for a recommendation.

    Raises `Missing`, `Stale`, `Forbidden`, `Invalid`, `Unlawful` (withdrawn, has a lead, assigned already).
    """
    with act(now):
        made = give(reference, organization, role=role, since=since, actor=actor, now=now, person=person, seen=seen)
        notice.assigned(made, actor=actor, now=now)
    return made


def give(
    reference: str,
    organization: str,
    *,
    role: str,
    since: dt.date,
    actor: Person,
    now: dt.datetime,
    person: UUID | None = None,
    seen: int | None = None,
) -> Assignment:
    """Do what `assign` does, and leave telling those responsible to the verb that this is a part of."""
    item = locked(reference, actor, seen=seen)
    need_steward(actor)
    need_standing(item)
    body = Organization.objects.filter(slug=organization).first()
    who = Person.objects.filter(uuid=person, is_active=True).first() if person else None
    refuse_if(_check(role, organization, person, body, who))
    assert body is not None  # noqa: S101 - _check has refused it
    _need_place(item, body, role)
    made = Assignment.objects.create(recommendation=item, organization=body, person=who, role=role, since=since)
    advance(item, now=now)
    after = {"assignment": made.uuid, "organization": body.slug, "role": role, "since": since}
    if who:
        after["person"] = who.uuid
    event.about(item, Verb.ASSIGNED, actor=actor, now=now, after=after)
    return made


def amend(
    uuid: UUID, *, since: dt.date, person: UUID | None, actor: Person, now: dt.datetime, seen: int | None = None
) -> Assignment:
    """Name the person (or, with None, nobody in particular) and the first day of an assignment that stands.

    Another organization or role is another assignment. Raises `Missing`, `Forbidden`, `Stale`, `Invalid`, `Unlawful`
    (released).
    """
    with act(now):
        made, item = _held(uuid, actor)
        need_current(made.version, seen)
        if made.until is not None:
            raise Unlawful(Problem("already_released", _("This assignment was released before.")))
        who = Person.objects.filter(uuid=person, is_active=True).first() if person else None
        refuse_if(_check(made.role, made.organization.slug, person, made.organization, who))
        was = {"since": made.since, "person": made.person.uuid if made.person else None}
        before, after = event.changes(was, {"since": since, "person": person})
        if after:
            made.since, made.person, made.version = since, who, made.version + 1
            made.save(update_fields=["since", "person", "version"])
            advance(item, now=now)
            named = {"assignment": made.uuid, "organization": made.organization.slug, "role": made.role}
            event.about(item, Verb.ASSIGNMENT_AMENDED, actor=actor, now=now, before=before, after={**named, **after})
            if who and "person" in after:
                notice.assigned(made, actor=actor, now=now)
    return made


def release(uuid: UUID, until: dt.date, *, actor: Person, now: dt.datetime) -> Assignment:
    """End an assignment on a day; it stays in the list of former owners.

    Raises `Missing`, `Forbidden`, `Unlawful` (released before), `Invalid` (before it began).
    """
    with act(now):
        made, item = _held(uuid, actor)
        if until < made.since:
            text = _("The last day cannot be before the first one (%(since)s).")
            refuse_if([Problem("before_since", text % {"since": made.since.isoformat()}, "until")])
        held = Assignment.objects.filter(pk=made.pk, until__isnull=True)
        if not held.update(until=until, version=made.version + 1):
            raise Unlawful(Problem("already_released", _("This assignment was released before.")))
        advance(item, now=now)
        after = {"assignment": made.uuid, "organization": made.organization.slug, "role": made.role, "until": until}
        event.about(item, Verb.RELEASED, actor=actor, now=now, before={"until": None}, after=after)
    made.refresh_from_db()
    return made


def _held(uuid: UUID, actor: Person) -> tuple[Assignment, Recommendation]:
    """Return an assignment and its item, locked. Raises `Missing`, and `Forbidden` unless a steward."""
    whole = Assignment.objects.select_related("recommendation", "organization", "person")
    reference = whole.filter(uuid=uuid).values_list("recommendation__reference", flat=True).first()
    if reference is None:
        raise Missing(Problem("not_found", _("There is no such assignment.")))
    item = locked(reference, actor)
    need_steward(actor)
    return whole.get(uuid=uuid), item


def _check(role: str, slug: str, person: UUID | None, body: Organization | None, who: Person | None) -> list[Problem]:
    problems = []
    if role not in AssignmentRole.values:
        problems.append(words.not_a_choice(role, AssignmentRole.values, "role"))
    if body is None:
        problems.append(words.not_found(slug, "organization"))
    if person and who is None:
        problems.append(words.not_found(person, "person"))
    elif who and who.organization_id != (body.pk if body else None):
        text = _("%(person)s does not belong to this organization; choose another person or none.")
        problems.append(Problem("other_organization", text % {"person": who.name}, "person"))
    return problems


def _need_place(item: Recommendation, body: Organization, role: str) -> None:
    standing = item.assignments.standing().select_related("organization")
    if standing.filter(organization=body, role=role).exists():
        text = _("%(organization)s has this role already.")
        raise Unlawful(Problem("already_assigned", text % {"organization": body.name}, "organization"))
    lead = standing.filter(role=AssignmentRole.LEAD).first()
    if role == AssignmentRole.LEAD and lead:
        text = _("%(organization)s is the lead; release it first, or choose “supporting”.")
        raise Unlawful(Problem("has_lead", text % {"organization": lead.organization.name}, "role"))
