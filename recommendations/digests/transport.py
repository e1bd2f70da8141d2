"""The line to a mail server, in two steps: everything up to the final dot, and the dot. Between them stands the fence."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from recommendations.digests import links
from recommendations.digests.message import clean
from recommendations.rules.replies import About, about
from relations import lines

if TYPE_CHECKING:
    import io
    from email.message import Message

    from recommendations.digests.message import Envelope

AFTER_THE_DOT: Final = 120.0  # seconds: a server may look at the whole message before it answers
_CLOSING: Final = 421  # "service not available, closing transmission channel"
_GO_ON: Final = 354
_TOO_BIG: Final = 552
# Hundreds: "for now" and "for good". What is neither of them, nor what was waited for, is no answer.
_REFUSALS: Final = (4, 5)


class Unavailable(Exception):
    """There is no service to be had: nobody's digest is the reason, so nobody's attempt counts."""


class Refused(Exception):
    """The server does not take this message: for now (4xx) or for good (5xx). It has certainly not been accepted."""

    def __init__(self, code: int, text: str) -> None:
        """Take the server's answer."""
        super().__init__(f"{code} {clean(text)}"[:250])
        self.is_final = code >= 500  # noqa: PLR2004 - RFC 5321's line between "for now" and "for good"
        self.is_of_domain = about(str(self)) == About.DOMAIN


class Dropped(Exception):
    """The line broke, or what came is no answer. Before the dot the message was certainly not accepted; after it nobody can know."""


class Undotted(Dropped):
    """The final dot has not left us: the line was broken (all of a body may be on its way before that shows), or the server
    spoke out of turn, so that nobody could tell its answer to the dot from that.
    """


class Transport(Protocol):
    """What hands messages over, one after the other."""

    def begin(self, envelope: Envelope) -> None:
        """Do everything up to the final dot. Raises `Unavailable`, `Refused`, `Dropped`."""

    def finish(self) -> None:
        """Send the final dot and wait for the answer. Raises `Refused`, `Undotted`, `Dropped`."""

    def abandon(self) -> None:
        """Break off without the dot: what was begun is not accepted."""

    def close(self) -> None:
        """Take leave."""


def transport() -> Transport:
    """Return the way out that the settings name."""
    return Smtp() if lines.is_sent() else Backend()


class Smtp:
    """A conversation by RFC 5321; the connection is used again for the next message."""

    def __init__(self) -> None:
        """Connect later, with the first message."""
        self._line: smtplib.SMTP | None = None

    def begin(self, envelope: Envelope) -> None:
        """Do everything up to the final dot. A connection that the server has meanwhile closed is made anew, once."""
        was_open = self._line is not None
        try:
            self._sender(envelope)
        except (Dropped, Unavailable):
            self.abandon()
            if not was_open:
                raise
            self._sender(envelope)
        self._expect(2, "rcpt", envelope.recipient)
        self._expect(_GO_ON // 100, "docmd", "DATA")
        try:
            self._open().send(envelope.content.replace(b"\n.", b"\n.."))
        except OSError as error:
            self.abandon()
            raise Dropped(clean(str(error))) from error

    def finish(self) -> None:
        """Send the final dot and wait longer than for anything else: giving up here makes an uncertain digest."""
        line = self._open()
        if not _is_silent(line):
            self.abandon()
            raise Undotted("the server hung up or spoke before the final dot")
        try:
            _have_patience(line, AFTER_THE_DOT)
            line.send(b".\r\n")
            code, text = line.getreply()
            _have_patience(line, settings.EMAIL_TIMEOUT)
        except OSError as error:
            self.abandon()
            raise Dropped(clean(str(error))) from error
        if code // 100 != 2:  # noqa: PLR2004 - a reply of the second hundred is "accepted"
            raise self._refusal(code, text)

    def abandon(self) -> None:
        """Close the socket without a word."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def close(self) -> None:
        """Say QUIT, and do not mind what is answered."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.quit()
        self.abandon()

    def _sender(self, envelope: Envelope) -> None:
        """Give the sender's address. A server that does not want it wants none of our mail: it does not know yet for whom."""
        try:
            self._expect(2, "mail", envelope.sender)
        except Refused as refused:
            if refused.is_of_domain or (refused.is_final and not str(refused).startswith(str(_TOO_BIG))):
                raise Unavailable(f"the server refuses our address: {refused}") from refused
            raise

    def _expect(self, hundred: int, command: str, *words: str) -> None:
        line = self._open()
        try:
            code, text = getattr(line, command)(*words)
        except OSError as error:
            self.abandon()
            raise Dropped(clean(str(error))) from error
        if code // 100 == hundred:
            return
        refused = self._refusal(code, text)
        if code == _CLOSING:
            raise refused if refused.is_of_domain and command != "mail" else Unavailable(str(refused))
        with contextlib.suppress(OSError):
            line.rset()
        raise refused

    def _refusal(self, code: int, text: bytes) -> Refused:
        """Return what a reply says against us. Raises `Dropped` when it is no answer: nothing on this line can be relied on then."""
        refused = Refused(code, text.decode("utf-8", "replace"))
        if code == _CLOSING or code // 100 not in _REFUSALS:
            self.abandon()
        if code // 100 not in _REFUSALS:
            raise Dropped(f"no answer: {refused}")
        return refused

    def _open(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = _connect()
        return self._line


def _connect() -> smtplib.SMTP:
    """Connect. Python's library verifies no certificate unless it is told whose to believe."""
    where: dict[str, Any] = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    where |= {"local_hostname": links.host(), "timeout": settings.EMAIL_TIMEOUT}
    try:
        verified = lines.context() if settings.EMAIL_USE_SSL or settings.EMAIL_USE_TLS else None
        line = smtplib.SMTP_SSL(**where, context=verified) if settings.EMAIL_USE_SSL else smtplib.SMTP(**where)
        if settings.EMAIL_USE_TLS:
            line.starttls(context=verified)
        if settings.EMAIL_HOST_USER:
            line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        line.ehlo_or_helo_if_needed()
        # The final dot goes out by itself, at once: it would wait for the server to acknowledge the body otherwise.
        cast("socket.socket", line.sock).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, ValueError) as error:  # smtplib's own are OSErrors; a password not in ASCII is a ValueError
        raise Unavailable(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {clean(str(error))}"[:250]) from error
    return line


def _have_patience(line: smtplib.SMTP, seconds: float) -> None:
    cast("socket.socket", line.sock).settimeout(seconds)


def _is_silent(line: smtplib.SMTP) -> bool:
    """Tell whether the server has neither hung up nor said anything, as far as we know by now. What it said is lost by that."""
    _have_patience(line, 0)
    try:
        return cast("io.BufferedReader", line.file).read(1) is None  # what was read ahead counts too
    except ssl.SSLWantReadError:  # what TLS says to itself, if that
        return True
    except OSError:
        return False
    finally:
        _have_patience(line, settings.EMAIL_TIMEOUT)


class Backend:
    """Any other e-mail backend of Django's, as for the outbox of the embedded mode: the dot is its `send_messages`."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held: list[Envelope] = []

    def begin(self, envelope: Envelope) -> None:
        """Hold the message."""
        self._held = [envelope]

    def finish(self) -> None:
        """Hand the message to the backend. What goes wrong in there leaves open whether it got out."""
        try:
            get_connection().send_messages([_Sealed(envelope) for envelope in self._held])
        except Exception as error:  # a backend may raise anything
            raise Dropped(clean(f"{type(error).__name__}: {error}")) from error
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Forget the message."""
        self._held = []

    def close(self) -> None:
        """Nothing is open."""


class _Sealed(EmailMessage):
    """A finished message in the form that Django's backends take."""

    def __init__(self, envelope: Envelope) -> None:
        parsed = message_from_bytes(envelope.content)
        subject = str(make_header(decode_header(parsed["Subject"])))
        body = cast("Message", parsed.get_payload(0)).get_payload(decode=True)
        super().__init__(subject, cast("bytes", body).decode(), envelope.sender, [envelope.recipient])
        self._parsed = parsed

    def message(self) -> Message[Any, Any]:  # type: ignore[override]
        """Return the message as it was sealed."""
        return self._parsed
