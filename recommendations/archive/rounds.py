"""One round of the archive: read what is due, politely. However many rounds run at once, no host is asked by two."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from recommendations.actions import capture
from recommendations.archive import claim, store
from recommendations.archive.fetch import Busy, Fetcher
from recommendations.models import Evidence
from recommendations.models.clock import clock
from recommendations.rules.capture import again, is_lost
from recommendations.wire.guard import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from recommendations.actions.capture import Reading
    from recommendations.archive.claim import Claim

logger = logging.getLogger(__name__)
NAP: Final = 0.5  # seconds between two looks at hosts whose turn it is not


@dataclass(frozen=True, slots=True)
class Read:
    """A link that was read: what came of it this time, and the state that it leaves the link in."""

    claim: Claim
    reading: Reading
    state: str

    def as_json(self) -> dict[str, Any]:
        """Return it by name."""
        return {
            "evidence": str(self.claim.evidence),
            "recommendation": self.claim.reference,
            "title": self.claim.title,
            "link": self.claim.url,
            "outcome": str(self.reading.outcome),
            "detail": self.reading.detail,
            "status": self.reading.status,
            "state": self.state,
        }


@dataclass(slots=True)
class Round:
    """What one round did. `postponed` led to hosts that were busy; `failed` could not be read by a mistake of ours."""

    reads: list[Read] = field(default_factory=list)
    postponed: int = 0
    failed: int = 0

    @property
    def outcomes(self) -> dict[str, int]:
        """How often which outcome came out."""
        return dict(sorted(Counter(str(read.reading.outcome) for read in self.reads).items()))

    @property
    def is_well(self) -> bool:
        """Whether everything was read, and nothing that was is lost or could not be reached."""
        lost = any(is_lost(read.reading.outcome) or is_lost(read.state) for read in self.reads)
        return not (lost or self.postponed or self.failed)

    def as_json(self) -> dict[str, Any]:
        """Return the figures by name, and each link."""
        return {
            "checked": len(self.reads),
            "postponed": self.postponed,
            "failed": self.failed,
            "outcomes": self.outcomes,
            "links": [read.as_json() for read in self.reads],
            "is_well": self.is_well,
        }


def usual() -> Fetcher:
    """Return the fetcher that says whose it is."""
    return Fetcher(agent=f"Relations/1.0 (checks cited links; +{settings.PUBLIC_URL})")


def run(
    fetcher: Fetcher,
    *,
    only: UUID | None = None,
    longest: float | None = None,
    told: Callable[[Read, int], None] = lambda _read, _left: None,
) -> Round:
    """Read what is due, for at most `longest` seconds; without that, wait for hosts until nothing is due any more.

    `told` hears of each link and of how many are left. Raises RuntimeError inside a transaction: nothing is fetched
    from within one.
    """
    claim.watch_all(clock())
    done = Round()
    for mine in _claims(only, longest):
        read = _read(mine, fetcher, done)
        if read is not None:
            done.reads.append(read)
            told(read, claim.waiting(only))
    return done


def _claims(only: UUID | None, longest: float | None) -> Iterator[Claim]:
    end = time.monotonic() + longest if longest is not None else None
    while end is None or time.monotonic() < end:
        mine = claim.claim(only)
        if mine is not None:
            yield mine
        elif end is not None or not claim.waiting(only):
            return
        else:
            time.sleep(NAP)


def _read(mine: Claim, fetcher: Fetcher, done: Round) -> Read | None:
    visited = {mine.host}

    def may_visit(host: str) -> bool:
        if host not in visited and claim.take(host):
            visited.add(host)
        return host in visited

    try:
        found = _reading(mine, fetcher, may_visit)
    except Busy:
        done.postponed += 1
        claim.put_off(mine, claim.POSTPONED)
        return None
    except Exception:  # one poisonous page must not stop the others, nor count against the link
        logger.exception("the link of evidence %s could not be read", mine.evidence)
        done.failed += 1
        claim.put_off(mine, claim.PUT_OFF)
        return None
    finally:
        claim.leave(visited)
    return _record(mine, found)


def _reading(mine: Claim, fetcher: Fetcher, may_visit: Callable[[str], bool]) -> Reading:
    try:
        answer = fetcher.fetch(mine.url, may_visit)
    except Stopped as stopped:
        return store.failed(mine.url, stopped.detail)
    return store.reading(mine.url, answer, store.last_kept(mine.evidence))


def _record(mine: Claim, found: Reading) -> Read | None:
    now = clock()
    again_at = again(found.outcome, now, random.random())  # noqa: S311 - drifting apart, not a secret
    if capture.record(mine.evidence, found, now=now, again_at=again_at, lease=mine.lease) is None:
        return None
    return Read(mine, found, Evidence.objects.values_list("outcome", flat=True).get(uuid=mine.evidence))
