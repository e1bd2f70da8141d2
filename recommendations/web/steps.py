"""What the reader of a recommendation's page may do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommendations.models import Person
from recommendations.models.person import role_of
from recommendations.rules import access

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class Steps:
    """What the reader may do next; the page offers nothing that a verb would refuse for who they are."""

    is_own: bool = False
    contribute: bool = False
    report: bool = False
    review: bool = False
    attach: bool = False
    assign: bool = False
    amend: bool = False
    split: bool = False
    retire: bool = False
    restore: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return self.contribute or self.review or self.attach or self.assign or self.restore


def steps(person: Person | AnonymousUser, item: Recommendation) -> Steps:
    """Tell what the person may do with an item that was fetched in full."""
    role, may_keep = role_of(person), access.may_keep_register(role_of(person))
    if not isinstance(person, Person) or item.withdrawn_at is not None:
        return Steps(restore=may_keep)
    is_assigned = any(
        a.until is None and (a.person_id == person.pk or (person.organization_id or 0) == a.organization_id)
        for a in item.assignments.all()
    )
    return Steps(
        is_own=is_assigned,
        contribute=access.may_contribute(role, is_assigned=is_assigned),
        report=access.may_contribute(role, is_assigned=is_assigned) and not item.elements,
        review=access.may_review(role) and not item.elements,
        attach=access.may_attach_evidence(role, is_assigned=is_assigned),
        assign=may_keep,
        amend=may_keep,
        split=may_keep and item.parent_id is None,
        retire=may_keep and not item.shown_children,  # type: ignore[attr-defined]
    )
