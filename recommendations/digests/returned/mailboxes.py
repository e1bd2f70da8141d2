"""Where mail that came back lies: a file or a folder of a mail server, one message on standard input, or IMAP (imap.py)."""

from __future__ import annotations

import mailbox
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from recommendations.digests.returned.report import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_INPUT: Final = "-"
_MBOX: Final = b"From "


class Unreachable(Exception):
    """The mailbox cannot be read; the message says why, without a password."""


class Mailbox(Protocol):
    """Messages that wait, by number."""

    def numbers(self) -> list[int]:
        """Return which messages there are to read. Raises `Unreachable`."""

    def content(self, number: int) -> bytes:
        """Return the bytes of one, or the first of them when there are more than a report can have. Raises `Unreachable`."""

    def done(self, number: int, *, is_handled: bool) -> None:
        """Put away what was handled, and show a person what was not. Raises `Unreachable`."""


@contextmanager
def stored(path: str) -> Iterator[Mailbox]:
    """Open a mailbox file, a maildir, a file with one message, or standard input (`-`). Raises `Unreachable`."""
    if path == STANDARD_INPUT:
        yield One(sys.stdin.buffer.read(LARGEST + 1))
        return
    try:
        yield _opened(Path(path))
    except OSError as error:
        raise Unreachable(f"{path}: {error.strerror or error}") from error


def _opened(path: Path) -> Mailbox:
    if path.is_dir():
        if not (path / "cur").is_dir():
            raise Unreachable(f"{path}: a folder, and no maildir")
        return Stored(mailbox.Maildir(path, create=False))
    with path.open("rb") as file:
        start = file.read(LARGEST + 1)
    return Stored(mailbox.mbox(path, create=False)) if start.startswith(_MBOX) else One(start)


class Stored:
    """A mailbox that is only read: a second time, its messages are known."""

    def __init__(self, box: mailbox.Mailbox[mailbox.Message]) -> None:
        """Look for where messages begin; none is read yet."""
        self._box = box
        self._keys = sorted(box.iterkeys())

    def numbers(self) -> list[int]:
        """Return the numbers of all messages, from 1."""
        return list(range(1, len(self._keys) + 1))

    def content(self, number: int) -> bytes:
        """Read one, and no more of it than can be a report."""
        with self._box.get_file(self._keys[number - 1]) as file:
            content: bytes = file.read(LARGEST + 1)
        return content

    def done(self, number: int, *, is_handled: bool) -> None:
        """Leave it where it is."""


class One:
    """One message, as a mail server's pipe gives it."""

    def __init__(self, content: bytes) -> None:
        """Hold it."""
        self._content = content

    def numbers(self) -> list[int]:
        """Return its number, or none when there is nothing."""
        return [1] if self._content.strip() else []

    def content(self, number: int) -> bytes:
        """Return it."""
        return self._content

    def done(self, number: int, *, is_handled: bool) -> None:
        """Leave it to the mail server."""
