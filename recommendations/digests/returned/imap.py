"""A mailbox on a mail server, by IMAP4rev1 (RFC 3501) with MOVE (RFC 6851): always encrypted, but to this machine."""

from __future__ import annotations

import imaplib
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from recommendations.digests.message import clean
from recommendations.digests.returned.mailboxes import Unreachable
from recommendations.digests.returned.report import LARGEST
from relations import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

SCHEMES: Final = ("imaps", "imap")
_TIMEOUT: Final = 30
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_FAULTS: Final = (OSError, imaplib.IMAP4.error, ValueError)


@contextmanager
def imap(url: str) -> Iterator[Imap]:
    """Open `imaps://user:password@host/FOLDER?move=FOLDER` (`imap://`: STARTTLS). Raises `Unreachable`."""
    where = urlsplit(url)
    line = _connected(where)
    try:
        yield Imap(line, where)
    finally:
        with suppress(*_FAULTS):
            line.logout()


class Imap:
    """Messages that nobody has read. Handled ones are marked as read, and moved if the address says so; others are flagged."""

    def __init__(self, line: imaplib.IMAP4, where: SplitResult) -> None:
        """Sign in, and open the folder."""
        self._line = line
        self._folder = parse_qs(where.query).get("move", [""])[0]
        self._ask("login", _quoted(unquote(where.username or "")), unquote(where.password or ""))
        if self._folder and "MOVE" not in self._line.capabilities:
            raise Unreachable("this server cannot move messages: leave ?move=… out")
        self._ask("select", _quoted(unquote(where.path.strip("/")) or "INBOX"))

    def numbers(self) -> list[int]:
        """Return the numbers (UIDs) of what is neither read nor flagged."""
        found = self._ask("uid", "SEARCH", "UNSEEN", "UNFLAGGED")
        return [int(number) for number in (found[0] or b"").split()]

    def content(self, number: int) -> bytes:
        """Fetch one without marking it; of one that is larger than a report can be, as many bytes as show that."""
        said = b" ".join(part for part in self._ask("uid", "FETCH", str(number), "(RFC822.SIZE)") if part)
        size = _SIZE.search(said)
        part = f"<0.{LARGEST + 1}>" if size and int(size[1]) > LARGEST else ""
        fetched = self._ask("uid", "FETCH", str(number), f"(BODY.PEEK[]{part})")
        return next((bytes(piece[1]) for piece in fetched if isinstance(piece, tuple)), b"")

    def done(self, number: int, *, is_handled: bool) -> None:
        """Mark one; what a person should look at stays where it is."""
        flags = r"(\Seen)" if is_handled else r"(\Seen \Flagged)"
        self._ask("uid", "STORE", str(number), "+FLAGS.SILENT", flags)
        if is_handled and self._folder:
            self._move(number)

    def _move(self, number: int) -> None:
        folder = _quoted(self._folder)
        try:
            self._ask("uid", "MOVE", str(number), folder)
        except Unreachable:  # most likely there is no such folder yet
            self._ask("create", folder)
            self._ask("uid", "MOVE", str(number), folder)

    def _ask(self, command: str, *words: str) -> list[Any]:
        try:
            answer, data = getattr(self._line, command)(*words)
        except _FAULTS as error:
            raise Unreachable(clean(str(error))[:200]) from error
        if answer != "OK":
            said = data[0].decode(errors="replace") if data and data[0] else ""
            raise Unreachable(
                clean(f"{command} {words[0]}: {said}" if command == "uid" else f"{command}: {said}")[:200]
            )
        found: list[Any] = data
        return found


def _connected(where: SplitResult) -> imaplib.IMAP4:
    host = where.hostname or "localhost"
    try:
        if where.scheme == "imaps":
            return imaplib.IMAP4_SSL(host, where.port or 993, ssl_context=lines.context(), timeout=_TIMEOUT)
        line = imaplib.IMAP4(host, where.port or 143, timeout=_TIMEOUT)
        if not lines.is_here(host):
            line.starttls(lines.context())
    except _FAULTS as error:
        raise Unreachable(f"{host}: {clean(str(error))}"[:200]) from error
    return line


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
