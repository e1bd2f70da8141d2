"""What can go wrong by the rules, each with its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, a sentence that names the way out, and the field it is about.

    `field` is the name of the input it belongs to ("" for the whole request, "evidence/0" for a member of a list).
    """

    code: str
    detail: str | _StrPromise
    field: str = ""


class Refused(Exception):
    """Nothing was changed, for the reasons given. Doors translate the subclasses and nothing else."""

    def __init__(self, *problems: Problem) -> None:
        """Take the reasons, at least one."""
        super().__init__(*(str(p.detail) for p in problems))
        self.problems = problems

    @property
    def codes(self) -> list[str]:
        """Return the codes of all reasons, in order."""
        return [p.code for p in self.problems]


class Invalid(Refused):
    """The input itself is wrong (400)."""


class Forbidden(Refused):
    """The person may see this and may not do it (403)."""


class Missing(Refused):
    """It does not exist, or the person may not see it: the answer is the same (404)."""


class Unlawful(Refused):
    """The law of the register forbids this move (409)."""


class Stale(Refused):
    """Somebody was faster (412): the version seen is not the current one."""

    def __init__(self, problem: Problem, *, seen: int, current: int) -> None:
        """Keep both versions, so that a door can show "theirs, yours"."""
        super().__init__(problem)
        self.seen = seen
        self.current = current


def refuse_if(problems: list[Problem], kind: type[Refused] = Invalid) -> None:
    """Raise `kind` with all problems at once; do nothing when there are none."""
    if problems:
        raise kind(*problems)
