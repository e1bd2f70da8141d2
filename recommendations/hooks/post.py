"""One call to somebody's server: guarded, not led anywhere else, not for long, and of the answer little is read."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpcore2

from recommendations.rules.links import check_link
from recommendations.wire import guard
from recommendations.wire.ask import ask
from recommendations.wire.guard import Clock, Guard, Stopped

if TYPE_CHECKING:
    import ssl

    from recommendations.hooks.message import Message
    from recommendations.wire.guard import Dial, Resolve

READ: Final = 64 * 1024
"""Bytes of an answer that are read before we hang up: nothing in it matters but its status."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: an HTTP status, or (without one) the word for why there is none.

    `pause` is how long the server asks to be left alone.
    """

    status: int | None = None
    word: str = ""
    pause: dt.timedelta = dt.timedelta()

    @property
    def is_accepted(self) -> bool:
        """Whether the server has taken it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - the class of success


@dataclass(frozen=True, slots=True)
class Caller:
    """How calls are made. The members are given by tests only: their names, their server, their trust, their patience."""

    resolve: Resolve = guard.look_up
    connect: Dial = guard.dial
    trust: ssl.SSLContext | None = None
    seconds: float = guard.SECONDS

    def call(self, message: Message, now: dt.datetime) -> Answer:
        """Send a message. Redirects are answers like others."""
        if check_link(message.url):  # the rules may have become stricter since it was registered
            return Answer(word="not_public")
        way = Guard(Clock(self.seconds), resolve=self.resolve, connect=self.connect)
        try:
            headers = list(message.headers)
            with ask("POST", message.url, headers, way, trust=self.trust, content=message.body) as response:
                _pass_over(response)
                return Answer(response.status, pause=_pause(response, now))
        except Stopped as stopped:
            return Answer(word=stopped.detail)


def _pass_over(response: httpcore2.Response) -> None:
    """Let a server that is still talking finish, within limits; what comes after the status cannot undo it."""
    read = 0
    with suppress(Stopped, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        for piece in response.iter_stream():
            read += len(piece)
            if read > READ:
                break


def _pause(response: httpcore2.Response, now: dt.datetime) -> dt.timedelta:
    """Return what `Retry-After` says, in seconds or as a date; nothing where it says neither."""
    said = next(
        (value.decode("latin-1").strip() for name, value in response.headers if name.lower() == b"retry-after"), ""
    )
    if said.isascii() and said.isdigit() and len(said) < 9:  # noqa: PLR2004 - three years
        return dt.timedelta(seconds=int(said))
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return dt.timedelta()
    return max(dt.timedelta(), moment.replace(tzinfo=moment.tzinfo or dt.UTC) - now)
