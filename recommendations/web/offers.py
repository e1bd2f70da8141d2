"""What the page of a recommendation offers: the one act that its reader came for, as a button, and the others in a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recommendations.actions import followup
from recommendations.models import Person
from recommendations.rules.lifecycle import Kind
from recommendations.web import asof
from recommendations.web.steps import Steps, steps

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from recommendations.models import Recommendation

LABELS: Final = {
    "restore": _("Restore"),
    "report": _("Update status"),
    "review": _("Review the status"),
    "evidence_add": _("Add evidence"),
    "respond": _("Record a response"),
    "milestone_plan": _("Set a milestone"),
    "assign": _("Assign an owner"),
    "indicator_define": _("Define an indicator"),
    "amend": _("Amend what is written"),
    "split": _("Split into parts"),
    "merge": _("Merge with another one"),
    "withdraw": _("Withdraw"),
    "follow": _("Follow this recommendation"),
}  # in the order of the list
_KINDS: Final = {"report": Kind.SELF, "review": Kind.REVIEW}
_FLAGS: Final = {
    "evidence_add": "attach",
    **dict.fromkeys(("respond", "milestone_plan"), "contribute"),
    "indicator_define": "assign",
    **dict.fromkeys(("merge", "withdraw"), "retire"),
}  # of web/steps.py; the others are called as they are there


@dataclass(frozen=True, slots=True)
class Offer:
    """An act: its `name`, where it is done, and whether it is done by sending (`is_sent`) or can open on the page (`is_here`)."""

    name: str
    label: str | _StrPromise
    address: str
    is_sent: bool = False
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be done. `steps` says the same for the parts of the page."""

    steps: Steps
    first: Offer | None
    others: tuple[Offer, ...]


def offers(request: HttpRequest, item: Recommendation, *, is_following: bool) -> Offers:
    """Return what the reader may do with an item that was fetched in full; nothing in the past. No query of its own."""
    person = asof.who_may_act(request)
    may = steps(person, item)
    names = [name for name in LABELS if _is_open(name, may, person, item, is_following=is_following)]
    first = next((name for name in _weight(may, item) if name in names), None)
    others = tuple(_offer(name, item) for name in names if name not in {first, "follow"})
    return Offers(may, _offer(first, item) if first else None, others)


def _weight(may: Steps, item: Recommendation) -> tuple[str, ...]:
    """Return the names in the order in which one of them is the button: who is responsible reports before all else."""
    is_owned = any(assignment.until is None for assignment in item.assignments.all())
    own = ("report",) if may.is_own else ()
    lacking = () if is_owned else ("assign",)
    return ("restore", *own, *lacking, "review", "report", "evidence_add", "follow")


def _is_open(name: str, may: Steps, person: object, item: Recommendation, *, is_following: bool) -> bool:
    if name == "follow":
        return isinstance(person, Person) and not is_following and item.withdrawn_at is None
    if name == "review":
        return may.review and isinstance(person, Person) and not followup.is_own_report(item, person)
    return bool(getattr(may, _FLAGS.get(name, name)))


def _offer(name: str, item: Recommendation) -> Offer:
    label = _("Add parts") if name == "split" and item.elements else LABELS[name]
    if kind := _KINDS.get(name):
        return Offer(name, label, f"{reverse('assess', args=[item.reference])}?kind={kind}", is_here=True)
    return Offer(name, label, reverse(name, args=[item.reference]), is_sent=name == "follow")
