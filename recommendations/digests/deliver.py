"""Delivering: the conversation with the mail server, with the fence committed before each final dot."""

from __future__ import annotations

import logging
import time
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recommendations.digests import letters, outcome, refusals, turns
from recommendations.digests.claim import LEASE, claim, reclaim
from recommendations.digests.compose import Desk
from recommendations.digests.message import Unmailable, clean, seal
from recommendations.digests.transport import Dropped, Refused, Unavailable, Undotted, transport
from recommendations.models.clock import clock
from relations import sender

if TYPE_CHECKING:
    from recommendations.digests.claim import Batch, Claim
    from recommendations.digests.message import Envelope
    from recommendations.digests.transport import Transport

logger = logging.getLogger(__name__)

BATCH: Final = 50
MOST_DROPS: Final = 3  # lines broken one after the other before the service counts as not to be had
PATIENCE: Final = 50.0  # seconds in all that a round waits for turns at domains with a pace
_SAFE: Final = LEASE.total_seconds() / 2  # a batch that takes longer gives back what it has not begun


class Way(StrEnum):
    """What became of a row that was claimed."""

    SENT = "sent"
    EMPTY = "empty"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    POSTPONED = "postponed"
    HELD = "held"  # postponed, as its whole domain takes no mail for now
    DROPPED = "dropped"  # postponed, as the line broke before the dot
    UNCERTAIN = "uncertain"
    LOST = "lost"  # somebody else has it: the lease had run out
    WAITING = "waiting"  # there was no service


def deliver(*, longest: float | None = None) -> Counter[str]:
    """Send what is planned until nothing waits or `longest` seconds have gone; return how many went which way.

    Raises RuntimeError inside a transaction.
    """
    began, ways, line, desk, patience = time.monotonic(), Counter[str](), transport(), Desk(), PATIENCE
    try:
        while longest is None or time.monotonic() - began < longest:
            batch = _next()
            ways.update(batch.ended)
            if batch.is_empty and not (patience := _rest(patience)):
                break
            if not _send(batch.claims, line, ways, desk):
                break
    finally:
        line.close()
    return ways


def _next() -> Batch:
    late = reclaim()
    return claim(BATCH) if late.is_empty else late


def _rest(patience: float) -> float:
    """Wait for the next turn at a domain, a second at most, so that others are not held up; return what patience is left."""
    wait = turns.until_next()
    if wait is None or wait > patience:
        return 0.0
    time.sleep(max(0.0, min(wait, 1.0)))
    return patience - min(wait, 1.0)


def _send(claims: list[Claim], line: Transport, ways: Counter[str], desk: Desk | None = None) -> bool:
    """Send a batch; False when there is no use in going on."""
    if wrong := sender.fault():  # everybody's, so that nobody is to be blamed for it
        return _stop(claims, wrong, ways)
    began, waiting, drops = time.monotonic(), _written(claims, ways, desk), 0
    while waiting:
        if time.monotonic() - began > _SAFE:
            outcome.returned(_rows(waiting))
            return True
        mine, envelope = waiting.pop(0)
        try:
            way = _hand_over(mine, envelope, line)
        except Unavailable as error:
            return _stop([mine, *_rows(waiting)], str(error), ways)
        except Exception as error:
            _break_off(mine, _rows(waiting), line, _said(error))
            raise
        ways[way] += 1
        if way == Way.HELD:
            waiting = _others(waiting, envelope.domain, ways)
        drops = drops + 1 if way == Way.DROPPED else 0
        if drops == MOST_DROPS:
            return _stop(_rows(waiting), "the line broke again and again", ways)
    return True


def _rows(waiting: list[tuple[Claim, Envelope]]) -> list[Claim]:
    return [mine for mine, _ in waiting]


def _break_off(begun: Claim, others: list[Claim], line: Transport, reason: str) -> None:
    """After a fault of ours in mid-conversation: whoever has not been begun does not wait for a lease to run out."""
    line.abandon()
    outcome.noted(begun, reason)
    outcome.unavailable(others, reason)


def _others(waiting: list[tuple[Claim, Envelope]], domain: str, ways: Counter[str]) -> list[tuple[Claim, Envelope]]:
    """Give back what goes to a domain that is held; return the rest."""
    same = [mine for mine, envelope in waiting if envelope.domain == domain]
    outcome.returned(same)
    ways[Way.HELD] += len(same)
    return [(mine, envelope) for mine, envelope in waiting if envelope.domain != domain]


def _written(claims: list[Claim], ways: Counter[str], desk: Desk | None) -> list[tuple[Claim, Envelope]]:
    """Write a batch; where that breaks off, one by one, so that what cannot be written spoils no other and goes back.

    Raises what went wrong when nothing can be written.
    """
    try:
        return _sealed(claims, ways, desk)
    except Exception:
        logger.exception("a batch of digests cannot be written", extra={"waiting": len(claims)})
    envelopes, faults = [], []
    for mine in claims:
        try:
            envelopes += _sealed([mine], ways, desk)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the others are to be sent
            faults.append(error)
            ways[Way.POSTPONED if outcome.unwritten(mine, _said(error)) else Way.FAILED] += 1
    if len(faults) == len(claims):
        raise faults[-1]
    return envelopes


def _said(error: Exception) -> str:
    return clean(f"{type(error).__name__}: {error}")


def _sealed(claims: list[Claim], ways: Counter[str], desk: Desk | None = None) -> list[tuple[Claim, Envelope]]:
    """Write a batch, settle what is empty or cannot be sent, and return what is to be handed over."""
    now = clock()
    written = letters.write(claims, now=now, desk=desk)
    broken, envelopes = written.broken, []
    for mine, letter in written.letters:
        try:
            envelopes.append((mine, seal(letter, now=now)))
        except Unmailable as error:
            broken.append((mine, str(error)))
    outcome.written(written.letters)
    outcome.empty(written.empty)
    for mine, reason in broken:
        outcome.failed(mine, reason)
    ways.update({Way.EMPTY: len(written.empty), Way.FAILED: len(broken)})
    return envelopes


def _hand_over(mine: Claim, envelope: Envelope, line: Transport) -> Way:
    """Have one conversation. Raises `Unavailable` when the server is not to be had, whoever the mail is for."""
    try:
        line.begin(envelope)
    except Refused as refused:
        return _refused(mine, refused)
    except Dropped as dropped:
        return _dropped(mine, dropped)
    if not outcome.fence(mine):
        line.abandon()
        return Way.SUPPRESSED if outcome.fenced_off(mine) else Way.LOST
    return _finish(mine, line)


def _finish(mine: Claim, line: Transport) -> Way:
    """Send the final dot, and write down what came of it."""
    try:
        line.finish()
    except Refused as refused:
        return _refused(mine, refused)
    except Undotted as dropped:
        return _dropped(mine, dropped)
    except Dropped as dropped:
        outcome.uncertain(mine, f"after the final dot: {dropped}")
        return Way.UNCERTAIN
    outcome.sent(mine)
    return Way.SENT


def _dropped(mine: Claim, dropped: Dropped) -> Way:
    return Way.DROPPED if outcome.postponed(mine, f"the line broke: {dropped}") else Way.FAILED


def _refused(mine: Claim, refused: Refused) -> Way:
    if refused.is_final:
        outcome.failed(mine, str(refused))
        refusals.judge(mine, str(refused))
        return Way.FAILED
    if refused.is_of_domain:
        turns.hold(mine.delivery, str(refused))
        return Way.HELD if outcome.held(mine, str(refused)) else Way.FAILED
    return Way.POSTPONED if outcome.postponed(mine, str(refused)) else Way.FAILED


def _stop(waiting: list[Claim], reason: str, ways: Counter[str]) -> bool:
    """Put a batch back without counting an attempt, and wait: the next round tries the server again."""
    logger.warning("mail server not to be had", extra={"reason": reason, "waiting": len(waiting)})
    outcome.unavailable(waiting, reason)
    ways[Way.WAITING] += len(waiting)
    return False
