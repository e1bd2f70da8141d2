"""What is missing for the next step of an item that somebody owes: the law's needs beside what is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from recommendations.rules.lifecycle import NEXT, Exhibit, Kind, Status, requirement, sufficient

if TYPE_CHECKING:
    import datetime as dt


class Lack(StrEnum):
    """What can be missing, in the order in which it is told."""

    REPORT = "report"  # nobody has reported yet
    DIFFERENCE = "difference"  # the reviewer rates it differently
    EVIDENCE = "evidence"  # the next report needs a piece that counts
    PRIMARY = "primary"  # a review of the next report needs a primary source that counts
    MILESTONE = "milestone"  # the next one should have been delivered
    REVIEW = "review"  # the day that was announced for looking again has passed
    LINK = "link"  # a rating rests on a link that leads nowhere any more


SAID: Final = {  # in words; the names in them are filled in by whoever tells it
    Lack.REPORT: _("Nobody has reported yet: say where it stands."),
    Lack.DIFFERENCE: _("The reviewer’s rating differs: “%(verified)s”, and not “%(reported)s”."),
    Lack.EVIDENCE: _("For “%(next)s”, evidence that is younger than the source document is needed; none is attached."),
    Lack.PRIMARY: _(
        "For a review of “%(next)s”, a primary source that is younger than the source document is needed; none is attached."
    ),
    Lack.MILESTONE: _("The milestone “%(milestone)s” was due on %(milestone_on)s."),
    Lack.REVIEW: _("It was to be looked at again on %(review_on)s; nobody has reported since."),
    Lack.LINK: _("The link of its evidence “%(lost)s” leads nowhere any more."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as it stands. `exhibits` are its standing evidence (of each kind the newest is enough); `review_on` and
    `milestone_on` are what its owner announced.
    """

    reported: Status
    verified: Status
    exhibits: tuple[Exhibit, ...] = ()
    source_end: dt.date | None = None
    review_on: dt.date | None = None
    milestone_on: dt.date | None = None
    is_link_lost: bool = False

    @property
    def next(self) -> Status:
        """What the owner would report next; the same again when everything is reported as delivered."""
        return NEXT.get(self.reported, self.reported)


def lacks(item: Standing, today: dt.date) -> list[Lack]:
    """Return what is missing, on that day; nothing when the next step is free to be made."""
    first = item.reported is Status.NOT_ASSESSED
    held = {
        Lack.REPORT: first,
        Lack.DIFFERENCE: not first and item.verified not in {Status.NOT_ASSESSED, item.reported},
        Lack.EVIDENCE: not first and _lacks_evidence(item, Kind.SELF),
        Lack.PRIMARY: not first and not _lacks_evidence(item, Kind.SELF) and _lacks_evidence(item, Kind.REVIEW),
        Lack.MILESTONE: item.milestone_on is not None and item.milestone_on < today,
        Lack.REVIEW: item.review_on is not None and item.review_on < today,
        Lack.LINK: item.is_link_lost,
    }
    return [lack for lack, is_so in held.items() if is_so]


def _lacks_evidence(item: Standing, kind: Kind) -> bool:
    value = item.next
    previous, other = (item.reported, item.verified) if kind is Kind.SELF else (item.verified, item.reported)
    need = requirement(kind, value, previous=previous, other=other)
    return need.evidence and not sufficient(item.exhibits, source_end=item.source_end, primary=need.primary)
