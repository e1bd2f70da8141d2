"""The status vocabulary, the table of moves, and what evidence each needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.rules.errors import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


class Kind(TextChoices):
    """Who rates: the addressee reports, a reviewer verifies. Two ratings, never mixed."""

    SELF = "self", _("Self-reported")
    REVIEW = "review", _("Reviewed")


class Status(TextChoices):
    """How far a recommendation is implemented."""

    NOT_ASSESSED = "not_assessed", _("Not assessed")
    NO_ACTION = "no_action", _("No action found")
    IN_PREPARATION = "in_preparation", _("In preparation")
    PARTLY = "partly", _("Partly implemented")
    MOSTLY = "mostly", _("Mostly implemented")
    IMPLEMENTED = "implemented", _("Implemented")
    REVERSED = "reversed", _("Reversed")
    OVERTAKEN = "overtaken", _("Overtaken by events")


class EvidenceKind(TextChoices):
    """How close a piece of evidence is to the fact it shows."""

    PRIMARY = "primary", _("Primary source")
    SECONDARY = "secondary", _("Secondary source")
    STATEMENT = "statement", pgettext_lazy("kind of evidence", "Statement")


class Shortcoming(TextChoices):
    """Why a piece of evidence does not count for a status that needs some."""

    RETRACTED = "retracted", _("it was retracted")
    TOO_OLD = "too_old", _("it is not dated after the source document")
    NOT_PRIMARY = "not_primary", _("it is no primary source, and a review needs one")


class Blocker(TextChoices):
    """What stands in the way."""

    FUNDING = "funding", _("Funding")
    LEGISLATION = "legislation", _("Legislation")
    POLITICAL_WILL = "political_will", _("Political will")
    CAPACITY = "capacity", _("Capacity")
    DEPENDENCY = "dependency", _("Dependency")
    PRIORITY_SHIFT = "priority_shift", _("Priority shift")
    LEGAL_DISPUTE = "legal_dispute", _("Legal dispute")
    EXTERNAL_RESTRICTIONS = "external_restrictions", _("External restrictions")


MEANING: Final = {
    Status.NOT_ASSESSED: _("Nobody has looked yet."),
    Status.NO_ACTION: _("Looked at; nothing done."),
    Status.IN_PREPARATION: _("Being decided, designed or funded; nothing delivered."),
    Status.PARTLY: _("Some of its elements delivered."),
    Status.MOSTLY: _("Most elements delivered."),
    Status.IMPLEMENTED: _("All elements delivered."),
    Status.REVERSED: _("Was (at least partly) delivered and has been undone."),
    Status.OVERTAKEN: _("No longer relevant."),
}
DELIVERED: Final = frozenset({Status.PARTLY, Status.MOSTLY, Status.IMPLEMENTED})
NEED_EVIDENCE: Final = frozenset({Status.MOSTLY, Status.IMPLEMENTED})
NEED_NARRATIVE: Final = frozenset({Status.REVERSED, Status.OVERTAKEN})
CLOSED: Final = frozenset({Status.IMPLEMENTED, Status.OVERTAKEN})
DESCENDING: Final = (  # from implemented down, as charts show them; what nobody looked at comes last
    Status.IMPLEMENTED,
    Status.MOSTLY,
    Status.PARTLY,
    Status.IN_PREPARATION,
    Status.NO_ACTION,
    Status.REVERSED,
    Status.OVERTAKEN,
    Status.NOT_ASSESSED,
)
ASSESSABLE: Final = tuple(s for s in Status if s is not Status.NOT_ASSESSED)
NEXT: Final = {
    Status.NO_ACTION: Status.IN_PREPARATION,
    Status.REVERSED: Status.IN_PREPARATION,
    Status.IN_PREPARATION: Status.PARTLY,
    Status.PARTLY: Status.MOSTLY,
    Status.MOSTLY: Status.IMPLEMENTED,
}
_STEP: Final = {
    Status.REVERSED: 0,
    Status.NO_ACTION: 0,
    Status.IN_PREPARATION: 1,
    Status.PARTLY: 2,
    Status.MOSTLY: 3,
    Status.IMPLEMENTED: 4,
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What the law wants to know of a piece of evidence that an assessment cites."""

    kind: EvidenceKind
    dated_on: dt.date
    is_standing: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """An assessment about to be made: from `previous` (of the same kind) to `value`.

    `other` is the latest value of the other kind of rating; `source_end` the last day on which the source may have
    been published (None when unknown); `confirms_own` tells that the reviewer made the self-assessment under review.
    """

    kind: Kind
    value: Status
    previous: Status = Status.NOT_ASSESSED
    other: Status = Status.NOT_ASSESSED
    has_narrative: bool = False
    exhibits: tuple[Exhibit, ...] = field(default=())
    source_end: dt.date | None = None
    confirms_own: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an assessment of some value needs; the same facts feed the check and the page that shows them."""

    evidence: bool
    primary: bool
    narrative: bool
    possible: bool


def is_step_down(previous: Status, value: Status) -> bool:
    """Tell whether `value` says that less is implemented than `previous` did."""
    if previous not in _STEP or value not in _STEP:
        return False
    return _STEP[value] < _STEP[previous]


def is_open(status: str) -> bool:
    """Tell whether there is still something to follow up."""
    return Status(status) not in CLOSED


def requirement(kind: Kind, value: Status, *, previous: Status, other: Status) -> Requirement:
    """Return the row of the law's table for this value and the values before it."""
    was_delivered = not {*DELIVERED, Status.REVERSED}.isdisjoint({previous, other})
    return Requirement(
        evidence=value in NEED_EVIDENCE,
        primary=value in NEED_EVIDENCE and kind is Kind.REVIEW,
        narrative=is_step_down(previous, value) or (value in NEED_NARRATIVE and value is not previous),
        possible=value is not Status.REVERSED or was_delivered,
    )


def of_elements(values: Iterable[Status]) -> Status:
    """Return what the values of all elements of a recommendation (of one kind of rating) say of the whole.

    The first line that holds, over the elements that were not overtaken:

    | nothing is left                       | overtaken      | or not assessed where there are no elements at all   |
    | all implemented                       | implemented    |                                                      |
    | more than half mostly or implemented  | mostly         | "most elements delivered"; an element that nobody    |
    |                                       |                | has looked at is one that is not known as delivered  |
    | any partly, mostly or implemented     | partly         | "some elements delivered", whatever the others are   |
    | any in preparation                    | in preparation | something goes on, nothing is delivered              |
    | any reversed                          | reversed       | something was delivered, nothing of it stands        |
    | all no action found                   | no action      | nothing done is said only when all were looked at    |
    | else                                  | not assessed   | nobody has looked at all of it                       |

    That something happened needs one element; that nothing happened needs all of them.
    """
    given = list(values)
    left = [value for value in given if value is not Status.OVERTAKEN]
    if not left:
        return Status.OVERTAKEN if given else Status.NOT_ASSESSED
    if all(value is Status.IMPLEMENTED for value in left):
        return Status.IMPLEMENTED
    if 2 * sum(value in NEED_EVIDENCE for value in left) > len(left):
        return Status.MOSTLY
    if not DELIVERED.isdisjoint(left):
        return Status.PARTLY
    for value in (Status.IN_PREPARATION, Status.REVERSED):
        if value in left:
            return value
    return Status.NO_ACTION if Status.NOT_ASSESSED not in left else Status.NOT_ASSESSED


def sufficient(exhibits: tuple[Exhibit, ...], *, source_end: dt.date | None, primary: bool) -> list[Exhibit]:
    """Return the exhibits that count: standing, dated after the source, and primary where that is needed."""
    return [e for e in exhibits if not shortcomings(e, source_end=source_end, primary=primary)]


def shortcomings(exhibit: Exhibit, *, source_end: dt.date | None, primary: bool) -> list[Shortcoming]:
    """Return why an exhibit does not count; nothing when it does."""
    found = {
        Shortcoming.RETRACTED: not exhibit.is_standing,
        Shortcoming.TOO_OLD: source_end is not None and exhibit.dated_on <= source_end,
        Shortcoming.NOT_PRIMARY: primary and exhibit.kind is not EvidenceKind.PRIMARY,
    }
    return [shortcoming for shortcoming, is_so in found.items() if is_so]


def check(move: Move) -> list[Problem]:
    """Return everything the law has against a move; an empty list means that it may happen."""
    if move.value is Status.NOT_ASSESSED:
        return [
            Problem("not_assessable", _("“Not assessed” cannot be chosen: it means that nobody has looked."), "value")
        ]
    need = requirement(move.kind, move.value, previous=move.previous, other=move.other)
    return [*_check_order(move, need), *_check_evidence(move, need), *_check_narrative(move, need)]


def _check_order(move: Move, need: Requirement) -> list[Problem]:
    problems = []
    if not need.possible:
        problems.append(
            Problem(
                "not_delivered_before",
                _("“Reversed” is possible only after partly, mostly or implemented; choose “No action found” instead."),
                "value",
            ),
        )
    if move.kind is Kind.REVIEW and move.confirms_own:
        problems.append(
            Problem(
                "own_report",
                _("You made the self-assessment that this would confirm; another reviewer has to review it."),
                "kind",
            ),
        )
    return problems


def _check_evidence(move: Move, need: Requirement) -> list[Problem]:
    if not need.evidence or sufficient(move.exhibits, source_end=move.source_end, primary=need.primary):
        return []
    if need.primary:
        text = _("A review of “%(status)s” needs a primary source dated after the source document; cite one.")
    else:
        text = _("“%(status)s” needs a piece of evidence dated after the source document; cite one.")
    return [Problem("evidence_needed", text % {"status": move.value.label}, "evidence")]


def _check_narrative(move: Move, need: Requirement) -> list[Problem]:
    if not need.narrative or move.has_narrative:
        return []
    text = _("“%(status)s” needs a narrative here: say what happened and how you know.")
    return [Problem("narrative_needed", text % {"status": move.value.label}, "narrative")]
