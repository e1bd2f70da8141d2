"""Writing down what became of a claimed row. Each is one UPDATE that counts only while the row has our token."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db import connection

from recommendations.digests import links, turns
from recommendations.digests.claim import LONGEST, SUPPRESSED, WANTED
from recommendations.digests.message import clean
from recommendations.models import Delivery
from recommendations.models.delivery import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommendations.digests.claim import Claim
    from recommendations.digests.message import Letter

FIRST_WAIT: Final = dt.timedelta(minutes=1)
LONGEST_WAIT: Final = dt.timedelta(hours=4)
BREAK: Final = dt.timedelta(minutes=1)  # after the service was not to be had
_OURS: Final = "WHERE id = %(delivery)s AND token = %(token)s"
_END: Final = "token = NULL, lease_until = NULL, finished_at = clock_timestamp()"
_WAIT: Final = "state = 'planned', token = NULL, lease_until = NULL, handed_over_at = NULL"
# Again later, the last time when it has become too old; after that it fails.
_PUT_OFF: Final = """
    last_error = %(reason)s, token = NULL, lease_until = NULL, handed_over_at = NULL, slot_at = NULL,
    attempts = attempts + %(counts)s,
    state = CASE WHEN clock_timestamp() < planned_at + %(longest)s THEN 'planned' ELSE 'failed' END,
    finished_at = CASE WHEN clock_timestamp() < planned_at + %(longest)s THEN NULL ELSE clock_timestamp() END,
    due_at = least(planned_at + %(longest)s, clock_timestamp() + {wait})
"""
_WRITE: Final = """
UPDATE recommendations_delivery d
   SET recipient = w.recipient, message_id = w.message_id, subject = w.subject, text = w.text, html = w.html
  FROM json_to_recordset(%(rows)s::json)
       AS w (id bigint, token uuid, recipient text, message_id text, subject text, text text, html text)
 WHERE d.id = w.id AND d.token = w.token AND d.state = 'sending'
"""
_WRITTEN: Final = ("recipient", "message_id", "subject", "text", "html")
_MANY: Final = """
UPDATE recommendations_delivery d SET {change}
  FROM unnest(%(ids)s::bigint[], %(tokens)s::uuid[]) AS c (id, token)
 WHERE d.id = c.id AND d.token = c.token AND d.state = 'sending'
"""
_FENCE: Final = f"""
UPDATE recommendations_delivery d
   SET state = 'handed_over', handed_over_at = clock_timestamp(), lease_until = clock_timestamp() + interval '10 minutes'
  FROM recommendations_subscription s LEFT JOIN recommendations_person p ON p.id = s.person_id
 WHERE d.id = %(delivery)s AND d.token = %(token)s AND d.state = 'sending' AND s.id = d.subscription_id
   AND {WANTED.format(row="d")} AND NOT {SUPPRESSED}
"""  # noqa: S608 - pieces of our own
# Its commit does not wait for the disk: should PostgreSQL crash within the next second, the row is uncertain, which is true.
_SENT: Final = f"""
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
UPDATE recommendations_delivery SET state = 'sent', {_END}, last_error = '' FROM unhurried {_OURS}
"""  # noqa: S608 - as above


def written(batch: Sequence[tuple[Claim, Letter]]) -> None:
    """Keep what is about to be said, for all letters of a batch at once."""
    rows = [
        {**mine._asdict(), "id": mine.delivery, **{name: links.kept(getattr(letter, name)) for name in _WRITTEN}}
        for mine, letter in batch
    ]
    _execute(_WRITE, {"rows": orjson.dumps(rows).decode()})  # as an array of texts they would take longer than all else


def empty(claims: Sequence[Claim]) -> None:
    """There is nothing to say: not sent."""
    _all(claims, f"state = 'empty', {_END}")


def unavailable(claims: Sequence[Claim], reason: str) -> None:
    """The service was not to be had: they wait for the next try, which counts as their first."""
    change = f"{_WAIT}, due_at = clock_timestamp() + %(wait)s, last_error = %(reason)s"
    _all(claims, change, wait=_jittered(BREAK), reason=reason[:300])


def returned(claims: Sequence[Claim]) -> None:
    """They were not begun: somebody else may take them at once."""
    _all(claims, _WAIT)


def fence(claim: Claim) -> bool:
    """Commit "handed over" before the final dot. False: the row is not ours any more, or is not wanted any more."""
    return _execute(_FENCE, claim._asdict()) == 1


def fenced_off(claim: Claim) -> bool:
    """Settle a row that did not pass the fence: not wanted any more, or else (False) somebody else's to settle."""
    return _one(claim, f"state = 'suppressed', {_END}", "AND state = 'sending'") == 1


def sent(claim: Claim) -> None:
    """The server said 250."""
    _execute(_SENT, claim._asdict())


def failed(claim: Claim, reason: str) -> None:
    """It cannot be sent; administrators see it in their list."""
    _one(claim, f"state = 'failed', {_END}, last_error = %(reason)s", reason=reason[:300])


def postponed(claim: Claim, reason: str) -> bool:
    """Try again later, each time later than before; what has become too old fails (False)."""
    wait = "least(%(most)s, %(first)s * power(2, attempts)) * %(jitter)s"
    return _put_off(claim, reason, wait, counts=1, most=LONGEST_WAIT, first=FIRST_WAIT, jitter=_jitter())


def held(claim: Claim, reason: str) -> bool:
    """Try again when its domain is let alone no more; no attempt counts. What has become too old fails (False)."""
    return _put_off(claim, reason, "%(after)s", after=turns.HELD + turns.SPREAD * secrets.randbelow(1_000) / 1_000)


def unwritten(claim: Claim, reason: str) -> bool:
    """It was not begun, as something of ours went wrong: no attempt counts. What has become too old fails (False)."""
    return _put_off(claim, reason, "%(after)s", after=_jittered(BREAK))


def noted(claim: Claim, reason: str) -> None:
    """Something of ours went wrong in mid-conversation: where the row stands it stays, until its lease is over."""
    _one(claim, "last_error = %(reason)s", reason=reason[:300])


def uncertain(claim: Claim, reason: str) -> None:
    """The line broke after the dot: list it from now on. Nothing sends it again by itself."""
    _one(claim, "lease_until = clock_timestamp(), last_error = %(reason)s", reason=clean(reason)[:300])


def _put_off(claim: Claim, reason: str, wait: str, *, counts: int = 0, **parameters: Any) -> bool:
    """Put a row back, to wait so long (in SQL); it counts as so many attempts. False: it has failed instead."""
    parameters |= {"counts": counts, "longest": LONGEST, "reason": reason[:300]}
    _one(claim, _PUT_OFF.format(wait=wait), **parameters)
    return Delivery.objects.exclude(state=DeliveryState.FAILED).filter(pk=claim.delivery).exists()


def _one(claim: Claim, change: str, more: str = "", **parameters: Any) -> int:
    statement = f"UPDATE recommendations_delivery SET {change} {_OURS} {more}"  # noqa: S608 - pieces of this module
    return _execute(statement, {**claim._asdict(), **parameters})


def _all(claims: Sequence[Claim], change: str, **parameters: Any) -> None:
    if claims:
        ids, tokens = zip(*claims, strict=True)
        _execute(_MANY.format(change=change), {"ids": list(ids), "tokens": list(tokens), **parameters})


def _execute(statement: str, parameters: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _jitter() -> float:
    """Return a factor from 0.75 to 1.25: those that were put off together do not come back together."""
    return 0.75 + secrets.randbelow(501) / 1_000


def _jittered(wait: dt.timedelta) -> dt.timedelta:
    return wait * _jitter()
