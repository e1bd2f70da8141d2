"""Asking another server one thing over a guarded connection: what was wrong on the way is one of few words."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from recommendations.wire.guard import Guard, Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

type_of_headers = list[tuple[str, str]]


@contextmanager
def ask(
    method: str,
    url: str,
    headers: type_of_headers,
    way: Guard,
    *,
    trust: ssl.SSLContext | None = None,
    content: bytes = b"",
) -> Iterator[httpcore2.Response]:
    """Send one request and hold the answer, whose body is still to be read. `Host` is added; no redirect is followed.

    Raises `Stopped` with one of the words of `rules.capture.DETAILS`, also for what goes wrong while it is held.
    """
    pool = httpcore2.ConnectionPool(ssl_context=trust or _trust(), network_backend=way, max_connections=1)
    try:
        size = [("Content-Length", str(len(content)))] if content else []
        named = [("Host", _url(url).netloc.decode("ascii")), *headers, *size, ("Connection", "close")]
        with pool, pool.stream(method, _address(url), headers=named, content=content or None) as response:
            way.head_is_read()
            yield response
    except (httpcore2.TimeoutException, httpcore2.NetworkError) as wrong:
        raise Stopped(_reason(wrong)) from wrong
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, httpx2.InvalidURL) as wrong:
        raise Stopped("protocol") from wrong


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _url(url: str) -> httpx2.URL:
    """Return the address as it goes over the wire; a name's last dot would not be in its certificate."""
    found = httpx2.URL(url)
    return found.copy_with(host=found.host.rstrip("."))


def _address(url: str) -> httpcore2.URL:
    found = _url(url)
    return httpcore2.URL(scheme=found.raw_scheme, host=found.raw_host, port=found.port, target=found.raw_path)


def _reason(wrong: BaseException) -> str:
    if isinstance(wrong, httpcore2.TimeoutException):
        return "timeout"
    cause: BaseException | None = wrong
    while cause is not None:
        if isinstance(cause, ssl.SSLError | ssl.CertificateError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "connection"
