"""What came of a scenario, in numbers: the books of the program held against what the mail server took down."""

import time
from dataclasses import dataclass

from recommendations.digests import reconcile
from recommendations.models import Delivery

COLUMNS = ("planned", "sent", "empty", "failed", "suppressed", "uncertain", "lost", "duplicated", "a_second", "seconds")


@dataclass(frozen=True)
class Figures:
    """`lost`: should have been received, was not, and is nowhere listed. `duplicated`: received again, so many times."""

    scenario: str
    planned: int
    sent: int
    empty: int
    failed: int
    suppressed: int
    uncertain: int
    lost: int
    duplicated: int
    a_second: float
    seconds: float
    is_balanced: bool
    listed: frozenset

    @classmethod
    def taken(cls, scenario, expected, sink, began):
        """Count. `expected` are the addresses of those who should get something."""
        books, received = reconcile.books(), sink.received()
        doubtful = {row.subscription.address for row in reconcile.uncertain()}
        ended = Delivery.objects.filter(state__in=("failed", "suppressed"))
        listed = doubtful | {row.subscription.address for row in ended.select_related("subscription__person")}
        seconds = time.monotonic() - began
        return cls(
            scenario,
            **{name: getattr(books, name) for name in COLUMNS[:6]},
            lost=len(expected - listed - received.keys()),
            duplicated=sum(received.values()) - len(received),
            a_second=round(len(sink.accepted) / seconds, 1),
            seconds=round(seconds, 1),
            is_balanced=books.is_balanced,
            listed=frozenset(doubtful),
        )

    def check(self, *, most_uncertain=0):
        """Nothing lost in silence, nothing twice, and what is uncertain is listed and has its reason."""
        said = str(self)
        assert self.is_balanced, said
        assert (self.lost, self.duplicated) == (0, 0), said
        assert self.uncertain <= most_uncertain, said
        assert self.uncertain == len(self.listed), said

    @property
    def row(self):
        """What `table` lays out, as plain values: they go from one process of the tests to another."""
        return [self.scenario, *(getattr(self, name) for name in COLUMNS)]


def table(rows):
    """Lay out the figures, one scenario a line."""
    lines = [f"{'':44}" + "".join(f"{name.replace('_', ' '):>11}" for name in COLUMNS)]
    lines += [f"{scenario:44}" + "".join(f"{figure:>11,}" for figure in figures) for scenario, *figures in rows]
    return "\n".join(lines)
