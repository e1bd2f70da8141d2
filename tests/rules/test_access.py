"""Who may do what."""

import pytest

from recommendations.rules import access
from recommendations.rules.access import Role

ROLES = list(Role)


@pytest.mark.parametrize(
    ("predicate", "lowest"),
    [
        (access.may_read_internal, Role.READER),
        (access.may_review, Role.REVIEWER),
        (access.may_keep_register, Role.STEWARD),
        (access.may_administer, Role.ADMINISTRATOR),
        (access.may_write_token, Role.CONTRIBUTOR),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_predicates_open_from_a_role_on(predicate, lowest, role):
    assert predicate(role) == (ROLES.index(role) >= ROLES.index(lowest))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_assigned", [True, False])
def test_contributing_and_attaching_depend_on_the_assignment(role, is_assigned):
    steward = role in {Role.STEWARD, Role.ADMINISTRATOR}
    owner = is_assigned and role not in {Role.VISITOR, Role.READER}
    assert access.may_contribute(role, is_assigned=is_assigned) == (steward or owner)
    assert access.may_attach_evidence(role, is_assigned=is_assigned) == (steward or owner or role == Role.REVIEWER)
