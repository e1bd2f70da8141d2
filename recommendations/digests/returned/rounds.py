"""One round over a mailbox: each message by itself, so that a hostile one spoils no other."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from recommendations.actions import bounce
from recommendations.digests.returned.finding import find
from recommendations.digests.returned.imap import SCHEMES, imap
from recommendations.digests.returned.mailboxes import stored
from recommendations.digests.returned.report import Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from recommendations.digests.returned.mailboxes import Mailbox

_LAST: Final = "recommendations.digests.returned"
_KEPT: Final = 30 * 24 * 3600


@dataclass(slots=True)
class Round:
    """What was in a mailbox, and what followed. `unreadable` names messages by number, each with the reason."""

    messages: int = 0
    hard: int = 0
    soft: int = 0
    delayed: int = 0
    complaint: int = 0
    repeated: int = 0  # known already
    automatic: int = 0  # answers of machines
    unknown: int = 0  # reports about nothing that we sent, as far as can be proven
    other: int = 0  # no reports
    suppressed: int = 0  # addresses that get no more
    settled: int = 0  # digests of which it was uncertain whether they had been accepted
    unreadable: dict[int, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether nothing is left for a person."""
        return not self.unreadable

    def as_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        unreadable = [{"number": number, "reason": reason} for number, reason in self.unreadable.items()]
        return {**asdict(self), "unreadable": unreadable, "is_well": self.is_well}


def opened(address: str) -> AbstractContextManager[Mailbox]:
    """Open a mailbox by path, `-`, or the address of one on a mail server. Raises `Unreachable`."""
    return imap(address) if address.partition("://")[0] in SCHEMES and "://" in address else stored(address)


def run(box: Mailbox, *, dry_run: bool = False, progress: Callable[[float], None] = lambda _part: None) -> Round:
    """Read all that waits, and draw the conclusions; as a rehearsal, those of each message by itself. Raises `Unreachable`."""
    done, numbers = Round(), box.numbers()
    for place, number in enumerate(numbers, start=1):
        is_handled = _one(box.content(number), number, done, dry_run=dry_run)
        if not dry_run:
            box.done(number, is_handled=is_handled)
        progress(place / len(numbers))
    return done


def run_if_set() -> None:
    """Read the mailbox that BOUNCE_MAILBOX names, if it names one, and note when that worked. Raises `Unreachable`."""
    if settings.BOUNCE_MAILBOX:
        with opened(settings.BOUNCE_MAILBOX) as box:
            done = run(box)
        cache.set(_LAST, f"last read {timezone.now():%Y-%m-%dT%H:%MZ}, messages {done.messages}", _KEPT)


def bounces() -> str:
    """Say in /health/ready when the mailbox was last read: that it cannot be is no reason to turn readers away."""
    if not settings.BOUNCE_MAILBOX:
        return "no mailbox"
    return str(cache.get(_LAST, "not read yet"))


def _one(content: bytes, number: int, done: Round, *, dry_run: bool) -> bool:
    """Handle one message; False when a person should look at it."""
    done.messages += 1
    try:
        report = read(content)
    except Unreadable as reason:
        done.unreadable[number] = str(reason)
        return False
    if report.kind is None:
        done.automatic += report.is_automatic
        done.other += not report.is_automatic
        return report.is_automatic
    found = find(report)
    if found is None:
        done.unknown += 1
        return False
    returned = bounce.Returned(report.kind, report.status, report.diagnostic, _hash(content), found.is_proven)
    with transaction.atomic():
        recorded = bounce.record(found.delivery.uuid, returned, now=timezone.now())
        transaction.set_rollback(dry_run)
    name = str(report.kind) if recorded.is_new else "repeated"
    setattr(done, name, getattr(done, name) + 1)
    done.suppressed += recorded.is_suppressed
    done.settled += recorded.is_settled
    return True


def _hash(content: bytes) -> str:
    """Hash a message, however its lines end where it lies."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n").strip()).hexdigest()
