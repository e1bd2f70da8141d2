"""What each member of a selection (rules/selection.py) asks of a list of recommendations: one row for each."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from recommendations.models.assignment import AssignmentRole
from recommendations.models.person import role_of
from recommendations.rules.access import Role
from recommendations.rules.selection import Selection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.models.recommendation import RecommendationQuerySet

    Items = RecommendationQuerySet
    Reader = Person | Register | AnonymousUser | None

COLUMNS: Final = {
    "status": "status__in",
    "reported_status": "reported_status__in",
    "verified_status": "verified_status__in",
    "response": "answer__in",
    "instrument": "instrument__in",
    "priority": "priority__in",
    "source": "source__slug__in",
    "due_before": "target_on__lt",
    "due_after": "target_on__gt",
    "updated_since": "updated_at__gte",
}


def _mine(items: Items, person: Reader) -> Items:
    return items.owned_by(person) if role_of(person) != Role.VISITOR else items.none()  # type: ignore[arg-type]


def _followed(items: Items, person: Reader) -> Items:
    return items.followed_by(person) if role_of(person) != Role.VISITOR else items.none()  # type: ignore[arg-type]


ASKED: Final[dict[str, Callable[[Items, Any, Reader, dt.date], Items]]] = {
    "theme": lambda items, slugs, _person, _today: items.under(*slugs),
    "lead": lambda items, slugs, _person, _today: items.assigned_to(*slugs, role=AssignmentRole.LEAD),
    "organization": lambda items, slugs, _person, _today: items.assigned_to(*slugs),
    "owner_me": lambda items, _is, person, _today: _mine(items, person),
    "follower_me": lambda items, _is, person, _today: _followed(items, person),
    "delivery": lambda items, values, _person, today: items.with_delivery(*values, today=today),
    "freshness": lambda items, values, _person, today: items.with_freshness(*values, today=today),
    "stalled": lambda items, wanted, _person, today: items.stalled(today, wanted=wanted),
    "disagreement": lambda items, wanted, _person, _today: items.with_disagreement(wanted=wanted),
    "computed": lambda items, wanted, _person, _today: items.exclude(elements=0) if wanted else items.rated(),
    "evidence": lambda items, _states, _person, _today: items.with_lost_evidence(),
    "q": lambda items, words, _person, _today: items.matching(words),
}
DEFAULTS: Final = {member.name: member.default for member in fields(Selection)}


def narrowed(items: Items, wanted: Selection, *, person: Reader, today: dt.date) -> Items:
    """Keep what the selection asks for. Withdrawn ones only when asked for."""
    said = {name: value for name, default in DEFAULTS.items() if (value := getattr(wanted, name)) != default}
    chosen = items.filter(**{COLUMNS[name]: value for name, value in said.items() if name in COLUMNS})
    for name, ask in ASKED.items():
        if name in said:
            chosen = ask(chosen, said[name], person, today)
    return chosen.filter(withdrawn_at__isnull=not wanted.withdrawn)
