"""One round of calls: make what is due. However many rounds run at once, a webhook gets one call at a time."""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from recommendations.actions import webhook
from recommendations.hooks import books, message, outcome
from recommendations.hooks.claim import claim, sweep
from recommendations.hooks.message import Unsaid
from recommendations.hooks.outcome import GONE, MOST_ATTEMPTS
from recommendations.hooks.post import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from recommendations.hooks.claim import Claim
    from recommendations.hooks.message import Message
    from recommendations.hooks.post import Caller

logger = logging.getLogger(__name__)
LINES: Final = 8
"""Calls at once; those who answer slowly hold one line each."""


class Way(StrEnum):
    """What became of a call that was claimed."""

    SENT = "sent"
    POSTPONED = "postponed"
    FAILED = "failed"
    DROPPED = "dropped"
    LOST = "lost"  # somebody else has it: the lease had run out


def run(
    caller: Caller,
    *,
    longest: float | None = None,
    lines: int = LINES,
    told: Callable[[Way], None] = lambda _way: None,
) -> dict[str, Any]:
    """Make the calls that are due until none is left or `longest` seconds have gone; return how many went which way.

    `told` hears of each. Raises RuntimeError inside a transaction.
    """
    end = time.monotonic() + longest if longest is not None else None
    if lines == 1:
        ways = _line(caller, end, told)
    else:
        with ThreadPoolExecutor(lines) as pool:
            ways = sum(pool.map(lambda _number: _own_line(caller, end, told), range(lines)), Counter())
    sweep()
    found = books.books()
    counts = {str(way): ways[way] for way in Way}
    is_well = not (ways[Way.POSTPONED] or ways[Way.FAILED] or ways[Way.LOST])
    return {**counts, "waiting": found.waiting, "is_well": is_well}


def _own_line(caller: Caller, end: float | None, told: Callable[[Way], None]) -> Counter[Way]:
    try:
        return _line(caller, end, told)
    finally:
        connection.close()


def _line(caller: Caller, end: float | None, told: Callable[[Way], None]) -> Counter[Way]:
    ways = Counter[Way]()
    while (end is None or time.monotonic() < end) and (mine := claim()) is not None:
        way = _make(mine, caller)
        ways[way] += 1
        told(way)
    return ways


def _make(mine: Claim, caller: Caller) -> Way:
    try:
        said = message.write(mine)
    except Unsaid as unsaid:
        return Way.DROPPED if outcome.dropped(mine, unsaid.word) else Way.LOST
    return _settle(mine, said, _call(mine, said, caller))


def _call(mine: Claim, said: Message, caller: Caller) -> Answer:
    if mine.attempt > MOST_ATTEMPTS:  # its workers died of it, again and again
        return Answer(word="given_up")
    try:
        return caller.call(said, mine.at)
    except Exception:  # one poisonous answer must not stop the others
        logger.exception("a call to webhook %s failed by a mistake of ours", said.webhook)
        return Answer(word="mistake")


def _settle(mine: Claim, said: Message, answer: Answer) -> Way:
    if answer.is_accepted:
        return Way.SENT if outcome.accepted(mine, answer) else Way.LOST
    found = outcome.refused(mine, answer, is_test=said.is_test)
    if found is None:
        return Way.LOST
    state, is_hopeless = found
    if answer.status == GONE or is_hopeless:
        webhook.disable(said.webhook, "gone" if answer.status == GONE else "failing", now=mine.at)
        return Way.FAILED
    return Way.FAILED if state == "failed" else Way.POSTPONED
