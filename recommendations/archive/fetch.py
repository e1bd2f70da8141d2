"""Fetching: one link, as a stranger would, within limits of time and size. Nothing of ours goes along."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import httpcore2

from recommendations.rules.links import check_link, host_of
from recommendations.wire import guard
from recommendations.wire.ask import ask
from recommendations.wire.guard import Clock, Guard, Stopped

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from recommendations.wire.guard import Dial, Resolve

KEPT: Final = 10_000_000
LOOKED_AT: Final = 1_000_000
REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_KEEPABLE: Final = re.compile(
    r"(?:text/.+|image/.+|application/(?:pdf|rtf|msword|json|xml|vnd\..+|[\w.+-]*\+(?:xml|json)))?"
)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,50}/[a-z0-9!#$&^_.+-]{1,49}")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


class Busy(Exception):
    """The link leads on to a host whose turn it is not; read it later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said in the end. `detail` says why `content` is not whole, "" when it is."""

    url: str
    status: int
    media_type: str = ""
    charset: str = ""
    content: bytes = b""
    detail: str = ""
    is_wall: bool = False


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How links are fetched. All but the first member is given by tests only: their names, their server, their trust."""

    agent: str
    resolve: Resolve = guard.look_up
    connect: Dial = guard.dial
    trust: ssl.SSLContext | None = None
    seconds: float = guard.SECONDS

    def fetch(self, url: str, may_visit: Callable[[str], bool]) -> Answer:
        """Follow a link to its end. Raises `Stopped`, and `Busy` when `may_visit` denies a host on the way."""
        clock = Clock(self.seconds)
        for _ in range(REDIRECTS + 1):
            if check_link(url):
                raise Stopped("not_public")
            answer, target = self._ask(url, clock)
            if not target:
                return answer
            if host_of(target) != host_of(url) and not check_link(target) and not may_visit(host_of(target)):
                raise Busy
            url = target
        raise Stopped("redirects")

    def _ask(self, url: str, clock: Clock) -> tuple[Answer, str]:
        way = Guard(clock, resolve=self.resolve, connect=self.connect)
        with ask("GET", url, self._headers(), way, trust=self.trust) as response:
            return _read(url, response)

    def _headers(self) -> list[tuple[str, str]]:
        return [
            ("User-Agent", self.agent),
            ("Accept", "*/*"),
            ("Accept-Language", "en, ru"),
            ("Accept-Encoding", "gzip"),
        ]


def _read(url: str, response: httpcore2.Response) -> tuple[Answer, str]:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _MOVED and (target := headers.get("location", "")):
        return Answer(url, response.status), _joined(url, target)
    declared = headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    charset = _CHARSET.search(declared)
    most = KEPT if _KEEPABLE.fullmatch(media_type) else LOOKED_AT
    content, detail = _body(response, headers.get("content-encoding", "identity").strip().lower(), most)
    answer = Answer(
        url=url,
        status=response.status,
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "",
        charset=charset[1].lower() if charset else "",
        content=content,
        detail=detail if most == KEPT else "not_kept",
        is_wall="cf-mitigated" in headers,
    )
    return answer, ""


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target.encode("latin-1").decode("utf-8", "replace").strip())
    except ValueError:
        raise Stopped("protocol") from None


def _body(response: httpcore2.Response, coding: str, most: int) -> tuple[bytes, str]:
    """Read a body, unpacked, up to `most` bytes; say what came in between. What did come is still there to be looked at."""
    content = bytearray()
    try:
        for piece in _unpacked(response, coding, most):
            content += piece
            if len(content) > most:
                return bytes(content[:most]), "too_large"
    except (Stopped, httpcore2.TimeoutException):
        return bytes(content), "timeout"
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        return bytes(content), "incomplete"
    except zlib.error:
        return bytes(content), "encoding"
    return bytes(content), ""


def _unpacked(response: httpcore2.Response, coding: str, most: int) -> Iterator[bytes]:
    """Unpack as little as is asked for: of a bomb, no more than `most` bytes ever come to be."""
    pieces: Iterator[bytes] = iter(response.iter_stream())
    if coding in {"identity", ""}:
        yield from pieces
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise zlib.error(coding)
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    for piece in pieces:
        yield unpacking.decompress(piece, most + 1)
    yield unpacking.flush()
    if not unpacking.eof:
        raise zlib.error("cut off")
