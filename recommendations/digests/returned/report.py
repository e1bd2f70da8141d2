"""Reading one message that came back: a report of delivery, a complaint, an answer of a machine. Whoever wrote it may be hostile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from typing import TYPE_CHECKING, Any, Final

from recommendations.digests.message import clean
from recommendations.models.postal import BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

LARGEST: Final = 1_000_000  # bytes: a report with the largest of our mails has a sixth of it
MOST_PARTS: Final = 30  # parsing takes as long as lines times the parts that stand around them
DEEPEST: Final = 8
_MOST: Final = 50  # headers of one name, blocks of one report
_LONGEST: Final = 2_000  # characters of one header
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
_MARK: Final = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_WHERE: Final = (
    *("Delivered-To", "X-Original-To", "Original-Recipient", "Envelope-To", "X-Envelope-To", "X-Delivered-To"),
    *("To", "Cc", "Return-Path"),
)
_MACHINES: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")
_REPORTS: Final = frozenset({"message/delivery-status", "message/feedback-report"})
# Worse comes first: a report about several recipients says the least bad of what befell them.
_MILDEST_LAST: Final = (BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED)
_FULL: Final = "5.2.2"  # a mailbox that is full today


class Unreadable(ValueError):
    """Nothing can be made of these bytes; the message says why."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a message says. `places` are where our envelope address may stand, `recipients` whom it names as not reached.

    `kind` is None when nothing follows from it; then `is_automatic` tells a machine (out of office, delivered, opened)
    from what may be of a person. `message_id` and `unsubscribe` are headers of the mail that came back.
    """

    kind: BounceKind | None = None
    is_automatic: bool = False
    status: str = ""
    diagnostic: str = ""
    recipients: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    message_id: str = ""
    unsubscribe: str = ""


def read(content: bytes) -> Report:
    """Say what a message is about. Raises `Unreadable`: too large, too deep, or nothing that a mail program could read."""
    if len(content) > LARGEST:
        raise Unreadable(f"{len(content)} bytes; at most {LARGEST} are read")
    if len(_MARK.findall(content)) > MOST_PARTS:
        raise Unreadable(f"more than {MOST_PARTS} parts in parts")
    try:
        return _read(message_from_bytes(content))
    except Unreadable:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError) as error:
        raise Unreadable(clean(f"{type(error).__name__}: {error}")[:200]) from error


def _read(message: Message) -> Report:
    parts = list(_parts(message))
    returned = _returned(parts)
    reports = {part.get_content_type(): part for part in parts if part.get_content_type() in _REPORTS}
    places = [*_values(message, *_WHERE), *_values(returned, "Return-Path")]
    known: dict[str, Any] = {
        "message_id": _first(returned, "Message-ID"),
        "unsubscribe": _first(returned, "List-Unsubscribe"),
    }
    if complaint := reports.get("message/feedback-report"):
        return _complaint(_blocks(complaint), places, known)
    if bounce := reports.get("message/delivery-status"):
        return _bounce(_blocks(bounce), places, known)
    return Report(is_automatic=_is_automatic(message))


def _complaint(blocks: list[Message], places: list[str], known: dict[str, Any]) -> Report:
    """Read RFC 5965. Reports about what was not a complaint (`auth-failure`, `not-spam`) are nothing to act upon."""
    fields = blocks[0] if blocks else None
    if _first(fields, "Feedback-Type").lower() not in {"abuse", "fraud", "opt-out", "opt-out-list"}:
        return Report(is_automatic=True)
    places = [*places, *_values(fields, "Original-Mail-From", "Original-Rcpt-To")]
    said = ", ".join(_first(fields, name) for name in ("Feedback-Type", "User-Agent") if _first(fields, name))
    recipients = tuple(_address(value) for value in _values(fields, "Original-Rcpt-To"))
    return Report(BounceKind.COMPLAINT, True, "", said[:300], recipients, tuple(places), **known)


def _bounce(blocks: list[Message], places: list[str], known: dict[str, Any]) -> Report:
    """Read RFC 3464. Of several recipients (an address that stands for many) the least bad news counts."""
    verdicts = [(kind, block) for block in blocks if (kind := _kind(block)) is not None]
    if not verdicts or any(_first(block, "Action").lower() in {"delivered", "relayed", "expanded"} for block in blocks):
        return Report(is_automatic=True)
    kind, block = max(verdicts, key=lambda verdict: _MILDEST_LAST.index(verdict[0]))
    names = ("Final-Recipient", "Original-Recipient", "X-Failed-Recipients")
    recipients = tuple(_address(value) for _, one in verdicts for value in _values(one, *names))
    said = _typed(_first(block, "Diagnostic-Code"))
    return Report(kind, True, _status(block), said[:300], recipients, tuple(places), **known)


def _kind(block: Message) -> BounceKind | None:
    """Say what befell one recipient; None for what is no failure, and for the block about the message."""
    action = _first(block, "Action").lower()
    if action == "delayed":
        return BounceKind.DELAYED
    if action != "failed":
        return None
    status = _status(block)
    return BounceKind.HARD if status.startswith("5") and status != _FULL else BounceKind.SOFT


def _status(block: Message) -> str:
    """Return the code of RFC 3463; a server that says 5.0.0 ("something") often says more in its own words."""
    found = [_STATUS.search(_first(block, name)) for name in ("Status", "Diagnostic-Code")]
    codes = [match.group() for match in found if match]
    exact = [code for code in codes if not code.endswith(".0.0")]
    return (exact or codes or [""])[0]


def _is_automatic(message: Message) -> bool:
    """Tell an answer that no person wrote (RFC 3834, and what programs before it did)."""
    said = _first(message, "Auto-Submitted").lower()
    if said and said != "no":
        return True
    if _first(message, "Precedence").lower() in {"auto_reply", "bulk", "junk"}:
        return True
    return any(_first(message, name) for name in _MACHINES)


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts that hang on a message itself, not those of messages in it: these were not said to us."""
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        yield part
        if depth > DEEPEST:
            raise Unreadable(f"parts in parts, more than {DEEPEST} deep")
        if part.get_content_maintype() == "multipart":
            waiting += [(one, depth + 1) for one in reversed(_list(part))]


def _returned(parts: list[Message]) -> Message | None:
    """Return the mail that came back, or its headers."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822" and (inner := _list(part)):
            return inner[0]
        if kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            return message_from_bytes(text) if isinstance(text, bytes) else None
    return None


def _blocks(part: Message) -> list[Message]:
    return _list(part)[:_MOST]


def _list(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if not isinstance(one, str)] if isinstance(inner, list) else []


def _values(message: Message | None, *names: str) -> list[str]:
    if message is None:
        return []
    return [clean(str(value)[:_LONGEST]) for name in names for value in (message.get_all(name) or [])[:_MOST]]


def _first(message: Message | None, name: str) -> str:
    return next(iter(_values(message, name)), "")


def _typed(value: str) -> str:
    """Return what stands after the type: `smtp; 550 5.1.1 …`, `rfc822;alice@…`."""
    return value.partition(";")[2].strip() or value


def _address(value: str) -> str:
    return _typed(value).strip("<> ").lower()
