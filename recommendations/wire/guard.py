"""The guard at the only way out: looks a host up once, lets through to public addresses only, and watches the clock."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import httpcore2

from recommendations.rules.links import is_public_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    Resolve = Callable[[str, int, float], list[str]]
    Dial = Callable[[str, int, float], httpcore2.NetworkStream]

PORTS: Final = frozenset({80, 443})
SECONDS: Final = 10.0
HEADERS: Final = 64 * 1024
PATIENCE: Final = 4.0  # seconds for one address of several, so that the next ones get their turn
_NOBODY: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class Stopped(Exception):
    """The reading ended before there was an answer; `detail` is one of `rules.capture.DETAILS`."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Clock:
    """What is left of the time that one reading may take in all."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises `Stopped` when there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise Stopped("timeout")
        return seconds


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host, by the system's resolver. Raises `Stopped`.

    The resolver knows no time limit, so it works in a thread that is left alone when it takes too long.
    """
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as wrong:
            found.append(wrong)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise Stopped("dns")
    if isinstance(found[0], socket.gaierror) and found[0].errno in _NOBODY:
        raise Stopped("no_such_host")
    if isinstance(found[0], Exception):
        raise Stopped("dns")
    return list(dict.fromkeys(str(info[4][0]) for info in found[0]))


def dial(address: str, port: int, seconds: float) -> httpcore2.NetworkStream:
    """Connect to an address that was let through."""
    return httpcore2.SyncBackend().connect_tcp(address, port, timeout=seconds)


class Guard(httpcore2.NetworkBackend):
    """The network of one reading. Each host is looked up once for each connection, and connected to by what was checked.

    `resolve` and `connect` are given by tests only, to lead public addresses to a server of theirs; what may be
    connected to is checked all the same.
    """

    def __init__(self, clock: Clock, *, resolve: Resolve = look_up, connect: Dial = dial) -> None:
        self._clock, self._resolve, self._connect = clock, resolve, connect
        self._streams: list[_Watched] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the host, at one of its addresses. Raises `Stopped` unless all of them are public."""
        if port not in PORTS:
            raise Stopped("not_public")
        addresses = self._resolve(host, port, self._clock.left())
        if not addresses:
            raise Stopped("no_such_host")
        if not all(map(_is_public, addresses)):
            raise Stopped("not_public")
        self._streams.append(_Watched(self._first(addresses, port), self._clock))
        return self._streams[-1]

    def connect_unix_socket(self, path: str, *_rest: Any, **_more: Any) -> httpcore2.NetworkStream:
        """Refuse: a socket of this machine is no public address."""
        raise Stopped("not_public")

    def head_is_read(self) -> None:
        """Say that what follows is the body, whose length the reader watches."""
        for stream in self._streams:
            stream.head_is_read()

    def _first(self, addresses: list[str], port: int) -> httpcore2.NetworkStream:
        for address in addresses[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return self._connect(address, port, min(self._clock.left(), PATIENCE))
        return self._connect(addresses[-1], port, self._clock.left())


def _is_public(address: str) -> bool:
    try:
        return is_public_address(address)
    except ValueError:
        return False


class _Watched(httpcore2.NetworkStream):
    """A connection on which each wait is cut to the time that is left, and headers are not endless."""

    def __init__(self, inner: httpcore2.NetworkStream, clock: Clock, head: int = 0) -> None:
        self._inner, self._clock = inner, clock
        self._head: int | None = head

    def head_is_read(self) -> None:
        """Say that what follows is the body, whose length the reader watches."""
        self._head = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most so much. Raises `Stopped` when the time is over, or the headers are too long."""
        if self._head is None:
            return self._inner.read(max_bytes, self._clock.left())
        if self._head >= HEADERS:
            raise Stopped("headers")
        content = self._inner.read(min(max_bytes, HEADERS - self._head), self._clock.left())
        self._head += len(content)
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._inner.write(buffer, self._clock.left())

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """Go on in TLS, in the name of the host that was asked for."""
        self._inner = self._inner.start_tls(ssl_context, server_hostname, self._clock.left())
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._inner.get_extra_info(info)
