"""What changed between two moments: rows for lists and tables, and how many of how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F

from recommendations.models import Change, Organization, Recommendation
from recommendations.models.change import CONDITIONS, ChangeKind
from recommendations.models.keyset import Order
from recommendations.models.translated import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from recommendations.models import Person

    type_of_row = dict[str, Any]

# What the columns of a recommendation tell by themselves: counted quickly, also where thousands changed.
AT_A_GLANCE: Final = (
    ChangeKind.NEW,
    ChangeKind.WITHDRAWN,
    ChangeKind.RESTORED,
    ChangeKind.REVIEWED,
    ChangeKind.REPORTED,
    ChangeKind.RESPONSE,
    ChangeKind.TARGET,
)
BY_KEY: Final = Order("reference", "sort_key")
_COLUMNS: Final = (
    "id", "reference", "sort_key", "title_en", "title_ru", "visibility", "is_new", "is_withdrawn", "is_restored",
    *(f"{of}_{when}" for of in ("status", "reported", "verified", "answer", "target", "owners")
      for when in ("before", "after")),
    "is_target_moved", "wording", "evidence_added", "evidence_retracted", "milestones_done",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recommendations differ in each way; `changed` in any of these, of `total` that were tracked at the end."""

    total: int
    changed: int
    counts: dict[ChangeKind, int]

    @property
    def row(self) -> list[tuple[ChangeKind, int]]:
        """All ways in which something differs at least once."""
        return [(kind, count) for kind, count in self.counts.items() if count]


def rows(reader: Person | AnonymousUser | None, kinds: Sequence[ChangeKind] = ()) -> QuerySet[Any, Any]:
    """Return what differs as dicts, one statement; within `past.as_of(until, since=…)`.

    Besides the columns of `Change`: of the assessments that made the statuses, `reported_…` and `verified_…`
    `uuid`, `on` (the day spoken of), `name` (of the author).
    """
    members = {"uuid": "uuid", "on": "as_of", "name": "author__name"}
    made = {f"{of}_{name}": F(f"{of}__{path}") for of in ("reported", "verified") for name, path in members.items()}
    found: QuerySet[Any, Any] = Change.objects.visible_to(reader).of_kind(*kinds).values(*_COLUMNS, **made)
    return found


def tally(
    reader: Person | AnonymousUser | None,
    kinds: Sequence[ChangeKind] = tuple(ChangeKind),
    *,
    total: int | None = None,
) -> Tally:
    """Count what differs in these ways, one statement, and one for the total unless that is known; within `past.as_of(until, since=…)`."""
    counts = {kind.value: Count("pk", filter=CONDITIONS[kind]) for kind in kinds}
    found = Change.objects.visible_to(reader).of_kind(*kinds).aggregate(changed=Count("pk"), **counts)
    if total is None:
        total = Recommendation.objects.visible_to(reader).standing().count()
    return Tally(total, found["changed"], {kind: found[kind.value] for kind in kinds})


def kinds_of(row: type_of_row) -> list[ChangeKind]:
    """Return in which ways a row differs: what `models.change.CONDITIONS` says to the database."""
    differs = {
        ChangeKind.NEW: row["is_new"],
        ChangeKind.WITHDRAWN: row["is_withdrawn"],
        ChangeKind.RESTORED: row["is_restored"],
        ChangeKind.REVIEWED: row["verified_before"] != row["verified_after"],
        ChangeKind.REPORTED: row["reported_before"] != row["reported_after"],
        ChangeKind.RESPONSE: row["answer_before"] != row["answer_after"],
        ChangeKind.OWNERS: row["owners_before"] != row["owners_after"],
        ChangeKind.TARGET: row["is_target_moved"],
        ChangeKind.WORDING: bool(row["wording"]),
        ChangeKind.EVIDENCE_ADDED: bool(row["evidence_added"]),
        ChangeKind.EVIDENCE_RETRACTED: bool(row["evidence_retracted"]),
        ChangeKind.MILESTONES: bool(row["milestones_done"]),
    }
    return [kind for kind in ChangeKind if differs[kind]]


def owners(row: type_of_row) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return who became responsible and who no longer is, each a list of {"role", "slug"}."""
    before, after = row["owners_before"], row["owners_after"]
    return [one for one in after if one not in before], [one for one in before if one not in after]


def names_of_owners(rows: Iterable[type_of_row]) -> dict[str, str]:
    """Return the names, in the reader's language, of all organizations that came or went; one statement."""
    slugs = {one["slug"] for row in rows for some in owners(row) for one in some}
    return {body.slug: translated(body, "name") for body in Organization.objects.filter(slug__in=slugs)}
