"""Items in words, as they stand on the reader's day: what is owed and what it lacks, what is due, what went stale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recommendations.digests.message import clean
from recommendations.digests.wording import Mark, address, date, mark, shortened, told
from recommendations.rules import calendar, duty
from recommendations.rules.calendar import Delivery
from recommendations.rules.duty import Lack
from recommendations.rules.lifecycle import NEED_EVIDENCE, EvidenceKind, Exhibit, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

_PROMISES: Final = {
    Delivery.OVERDUE: gettext_noop("Overdue since %(day)s."),
    Delivery.DUE_SOON: gettext_noop("Due on %(day)s."),
    Delivery.NOT_DUE: gettext_noop("Due on %(day)s."),
    Delivery.NO_TARGET: gettext_noop("No target date."),
    Delivery.DONE: gettext_noop("Done."),
}
_DATES: Final = {
    ("target", False): gettext_noop("Due on %(day)s."),
    ("target", True): gettext_noop("Overdue since %(day)s."),
    ("milestone", False): gettext_noop("The milestone “%(what)s” is due on %(day)s."),
    ("milestone", True): gettext_noop("The milestone “%(what)s” was due on %(day)s."),
    ("review_reported", False): gettext_noop("The owner announced to look again on %(day)s."),
    ("review_reported", True): gettext_noop("The owner announced to look again on %(day)s; that day has passed."),
    ("review_verified", False): gettext_noop("The reviewer announced to look again on %(day)s."),
    ("review_verified", True): gettext_noop("The reviewer announced to look again on %(day)s; that day has passed."),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """An item as it stands. `lacks` say what is missing, `dates` what is due (with whether it is late)."""

    reference: str
    title: str
    url: str
    status: Mark
    is_self_reported: bool
    promise: str = ""
    is_overdue: bool = False
    looked: str = ""
    lacks: list[str] = field(default_factory=list)
    step: str = ""
    dates: list[tuple[str, bool]] = field(default_factory=list)
    answer_url: str = ""


def owed(row: dict[str, Any], today: dt.date) -> Duty:
    """Say how an item stands that the reader owes, what is missing for its next step, and what was announced as that."""
    delivery = calendar.delivery(row["target_on"], row["status"], today)
    return Duty(
        **_item(row),
        promise=_(_PROMISES[delivery]) % {"day": date(row["target_on"])},
        is_overdue=delivery == Delivery.OVERDUE,
        looked=_looked(row["assessed_on"]) if row["assessed_on"] else "",  # that nobody has is the first thing missing
        lacks=_lacks(row, today),
        step=shortened(row["reported__next_step"] or ""),
        answer_url=f"{address(row['reference'])}assess/",
    )


def due(rows: Iterable[dict[str, Any]], today: dt.date) -> list[Duty]:
    """Say what is due when, gathered by item; the item of the earliest day comes first."""
    found: dict[str, Duty] = {}
    for row in rows:
        is_late = row["day"] < today
        said = _(_DATES[row["date"], is_late]) % {"day": date(row["day"]), "what": clean(row["what"])}
        found.setdefault(row["reference"], Duty(**_item(row))).dates.append((said, is_late))
    return list(found.values())


def stale(row: dict[str, Any]) -> Duty:
    """Say since when nobody has looked at an item, and which evidence it lost."""
    lost = duty.SAID[Lack.LINK] % {"lost": clean(row["lost_evidence"])} if row["lost_evidence"] else ""
    is_bare = row["status"] in NEED_EVIDENCE and not row["exhibits"]
    bare = _("The last evidence for this status was retracted.") if is_bare else ""
    return Duty(**_item(row), looked=_looked(row["assessed_on"]), lacks=[said for said in (bare, lost) if said])


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": row["reference"],
        "title": told(row, "title"),
        "url": address(row["reference"]),
        "status": mark(row["status"]),
        "is_self_reported": row["verified_id"] is None and row["reported_id"] is not None,
    }


def _lacks(row: dict[str, Any], today: dt.date) -> list[str]:
    milestone, milestone_on = row["milestone"]
    published = row["source__published_on"]
    item = duty.Standing(
        reported=Status(row["reported_status"]),
        verified=Status(row["verified_status"]),
        exhibits=tuple(Exhibit(EvidenceKind(kind), day) for kind, day in row["exhibits"]),
        source_end=calendar.last_day(published, row["source__published_precision"]) if published else None,
        review_on=row["reported__next_review_on"],
        milestone_on=milestone_on,
        is_link_lost=bool(row["lost_evidence"]),
    )
    said = {
        "verified": item.verified.label,
        "reported": item.reported.label,
        "next": item.next.label,
        "milestone": clean(milestone),
        "milestone_on": date(milestone_on),
        "review_on": date(item.review_on),
        "lost": clean(row["lost_evidence"] or ""),
    }
    found = duty.lacks(item, today)
    if not found:
        return [_("Nothing is missing for the next step, “%(next)s”.") % said]
    return [duty.SAID[lack] % said for lack in found]


def _looked(assessed_on: dt.date | None) -> str:
    if assessed_on is None:
        return _("Nobody has assessed it yet.")
    return _("Last assessed as of %(day)s.") % {"day": date(assessed_on)}
