"""Who may do what: predicates over a role, asked by every verb. No table, no query."""

from __future__ import annotations

from typing import Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """What a person may do; each role may all that the ones before it may."""

    VISITOR = "visitor", _("Visitor")
    READER = "reader", _("Reader")
    CONTRIBUTOR = "contributor", _("Contributor")
    REVIEWER = "reviewer", _("Reviewer")
    STEWARD = "steward", _("Steward")
    ADMINISTRATOR = "administrator", _("Administrator")


class Visibility(TextChoices):
    """Who may know that a recommendation exists."""

    PUBLIC = "public", pgettext_lazy("visibility", "Public")
    INTERNAL = "internal", pgettext_lazy("visibility", "Internal")


_RANK: Final = {role: rank for rank, role in enumerate(Role)}


def at_least(role: str, needed: Role) -> bool:
    """Tell whether `role` may all that `needed` may."""
    return _RANK[Role(role)] >= _RANK[needed]


def may_read_internal(role: str) -> bool:
    """Readers and up see internal items; visitors see what is public."""
    return at_least(role, Role.READER)


def may_take_part(role: str) -> bool:
    """Those who sign in may follow, comment and be told of things."""
    return at_least(role, Role.READER)


def may_contribute(role: str, *, is_assigned: bool) -> bool:
    """Self-assess, attach evidence, report milestones and observations, respond: for what is one's own to do.

    Stewards may do so on behalf of anybody.
    """
    return at_least(role, Role.STEWARD) or (is_assigned and at_least(role, Role.CONTRIBUTOR))


def may_review(role: str) -> bool:
    """Review any item, whoever it is assigned to."""
    return at_least(role, Role.REVIEWER)


def may_attach_evidence(role: str, *, is_assigned: bool) -> bool:
    """Owners attach what they rely on, reviewers what they found."""
    return may_review(role) or may_contribute(role, is_assigned=is_assigned)


def may_keep_register(role: str) -> bool:
    """Register, amend, split, merge, withdraw, assign; sources, organizations, themes; import; reports; webhooks."""
    return at_least(role, Role.STEWARD)


def may_administer(role: str) -> bool:
    """Manage people, roles and settings."""
    return at_least(role, Role.ADMINISTRATOR)


def may_write_token(role: str) -> bool:
    """Only those who may write by hand may write by program."""
    return at_least(role, Role.CONTRIBUTOR)
