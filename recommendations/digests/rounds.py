"""One round of the post room: plan, then deliver. However many rounds run at once, each digest leaves once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from recommendations.digests import deliver, plan, reconcile
from recommendations.digests.audience import Reader
from recommendations.digests.compose import Desk, compose
from recommendations.digests.deliver import BATCH, Way
from recommendations.models import Subscription
from recommendations.models.clock import clock
from recommendations.models.delivery import DeliveryState
from recommendations.rules.periods import Period

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from recommendations.digests.reconcile import Books

_AMISS: Final = (Way.FAILED, Way.POSTPONED, Way.HELD, Way.DROPPED, Way.UNCERTAIN, Way.WAITING)


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
    person: str  # its name; of a visitor nothing
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


def rehearse(*, at: dt.datetime | None = None) -> Iterator[Rehearsed]:
    """Yield what a round would plan and whether it would say something; write and send nothing. Holds a batch at a time."""
    now, desk = clock(), Desk()
    planned = plan.rehearse(at=at)
    while rows := list(islice(planned, BATCH)):
        found = Subscription.objects.for_reading().in_bulk({row.subscription for row in rows})
        readers = [Reader(found[row.subscription], Period(row.start, row.end), now) for row in rows]
        desk.clear(clock())
        digests = [reader for reader in readers if not reader.is_of_notices]  # those are planned when there are some
        contents = dict(zip(digests, compose(digests, desk), strict=True))
        for row, reader in zip(rows, readers, strict=True):
            yield Rehearsed(
                subscription=str(reader.subscription.uuid),
                person=reader.subscription.name,
                period=reader.period,
                is_late=row.state == DeliveryState.SKIPPED_LATE,
                is_empty=reader in contents and contents[reader].is_empty,
            )
