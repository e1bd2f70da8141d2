"""What each status needs, in words, for one item as it stands: the law's own table, with the item's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from recommendations.rules import lifecycle
from recommendations.rules.lifecycle import ASSESSABLE, MEANING, Exhibit, Kind, Requirement, Status

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.models import Recommendation


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a status needs, and whether the item has it already (None: it is yet to be written)."""

    text: str
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A status that can be chosen: what it means, what it needs."""

    value: Status
    label: str
    meaning: str
    needs: tuple[Need, ...]
    is_possible: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the law asks of an item: its latest values, its standing evidence, and how its source is dated."""

    previous: Status
    other: Status
    exhibits: tuple[Exhibit, ...]
    source_end: dt.date | None
    published: str

    @classmethod
    def of(cls, item: Recommendation, exhibits: tuple[Exhibit, ...], kind: Kind, source_end: dt.date | None) -> Facts:
        """Take an item as it stands today."""
        values = Status(item.reported_status), Status(item.verified_status)
        previous, other = values if kind is Kind.SELF else values[::-1]
        return cls(previous, other, exhibits, source_end, item.source.published_in_words)


def table(kind: Kind, facts: Facts) -> list[Row]:
    """Return a row for each status that can be chosen."""
    return [row(kind, value, facts) for value in ASSESSABLE]


def row(kind: Kind, value: Status, facts: Facts) -> Row:
    """Return what an assessment of this kind and value needs."""
    need = lifecycle.requirement(kind, value, previous=facts.previous, other=facts.other)
    return Row(
        value=value,
        label=str(value.label),
        meaning=str(MEANING[value]),
        needs=_needs(kind, value, need, facts),
        is_possible=need.possible,
        is_current=value is facts.previous,
    )


def _needs(kind: Kind, value: Status, need: Requirement, facts: Facts) -> tuple[Need, ...]:
    needs = []
    if not need.possible:
        text = _("Not possible now: it comes after “partly”, “mostly” or “implemented”.")
        needs.append(Need(text, is_met=False))
    if need.evidence:
        needs.append(_evidence(kind, value, need, facts))
    if need.narrative:
        needs.append(Need(_("A narrative: say what happened and how you know.")))
    return tuple(needs)


def _evidence(kind: Kind, value: Status, need: Requirement, facts: Facts) -> Need:
    enough = lifecycle.sufficient(facts.exhibits, source_end=facts.source_end, primary=need.primary)
    said = {"status": value.label, "published": facts.published, "count": min(len(enough), 1)}
    if kind is Kind.REVIEW and facts.published:
        text = _("A review of “%(status)s” needs a primary source dated after %(published)s: %(count)s of 1.")
    elif kind is Kind.REVIEW:
        text = _("A review of “%(status)s” needs a primary source: %(count)s of 1.")
    elif facts.published:
        text = _("A report of “%(status)s” needs a piece of evidence dated after %(published)s: %(count)s of 1.")
    else:
        text = _("A report of “%(status)s” needs a piece of evidence: %(count)s of 1.")
    return Need(text % said, is_met=bool(enough))


def remark(kind: Kind, exhibit: Exhibit, facts: Facts) -> Need:
    """Say whether a piece counts for the statuses that need evidence, and if not, why."""
    wrong = lifecycle.shortcomings(exhibit, source_end=facts.source_end, primary=kind is Kind.REVIEW)
    statuses = _("“%(mostly)s” and “%(implemented)s”") % {
        "mostly": Status.MOSTLY.label,
        "implemented": Status.IMPLEMENTED.label,
    }
    if not wrong:
        return Need(_("Counts for %(statuses)s, if it is ticked.") % {"statuses": statuses}, is_met=True)
    reasons = "; ".join(str(reason.label) for reason in wrong)
    text = _("Does not count for %(statuses)s: %(reasons)s.")
    return Need(text % {"statuses": statuses, "reasons": reasons}, is_met=False)
