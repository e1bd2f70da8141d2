"""One round of the post room: plan, then deliver. However many rounds run at once, each digest leaves once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from recommendations.digests import deliver, plan, reconcile
from recommendations.digests.audience import Reader
from recommendations.digests.compose import compose
from recommendations.digests.deliver import Way
from recommendations.models import Subscription
from recommendations.models.clock import clock
from recommendations.models.subscription import DeliveryState
from recommendations.rules.periods import Period

if TYPE_CHECKING:
    import datetime as dt

    from recommendations.digests.reconcile import Books

_AMISS: Final = (Way.FAILED, Way.POSTPONED, Way.DROPPED, Way.UNCERTAIN, Way.WAITING)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, and the books after it."""

    planned: int
    skipped_late: int
    ways: dict[str, int]
    books: Books

    @property
    def is_well(self) -> bool:
        """Whether nothing of this round waits for a server or for a person."""
        return self.books.is_balanced and not any(self.ways[way] for way in _AMISS)

    def as_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        figures = {"planned": self.planned, "skipped_late": self.skipped_late, **self.ways}
        return {**figures, "books": asdict(self.books), "is_well": self.is_well}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A digest that would be planned, and whether it has something to say."""

    subscription: str
    person: str
    period: Period
    is_late: bool
    is_empty: bool


def run(*, at: dt.datetime | None = None, longest: float | None = None) -> Round:
    """Plan and deliver; `at` is for periods only (see `plan`). Raises RuntimeError inside a transaction."""
    made = plan.plan(at=at)
    ways = deliver.deliver(longest=longest)
    return Round(
        planned=made[DeliveryState.PLANNED],
        skipped_late=made[DeliveryState.SKIPPED_LATE],
        ways={str(way): ways[way] for way in Way},
        books=reconcile.books(),
    )


def rehearse(*, at: dt.datetime | None = None) -> list[Rehearsed]:
    """Return what a round would plan and whether it would say something; write and send nothing."""
    now, rows = clock(), plan.rehearse(at=at)
    people = Subscription.objects.select_related("person__organization", "theme", "source", "organization")
    found = people.in_bulk({row.subscription for row in rows})
    readers = [Reader(found[row.subscription], Period(row.start, row.end), now) for row in rows]
    contents = [content for start in range(0, len(rows), 50) for content in compose(readers[start : start + 50])]
    return [
        Rehearsed(
            subscription=str(reader.subscription.uuid),
            person=reader.person.name,
            period=reader.period,
            is_late=row.state == DeliveryState.SKIPPED_LATE,
            is_empty=content.is_empty,
        )
        for row, reader, content in zip(rows, readers, contents, strict=True)
    ]
