"""A mail server on loopback that does as it is told: takes, refuses, stalls, hangs up."""

import socket
import threading
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Script:
    """What the server answers, by recipient: a reply, or "drop" for hanging up. Letters that were accepted are kept."""

    def __init__(self):
        self.letters, self.senders, self.conversations = [], [], 0
        self.at_rcpt, self.at_mail, self.after_dot = {}, [], {}
        self.before_answer, self.asked = None, []
        self.in_body, self.hung_up = set(), threading.Event()

    @property
    def messages(self):
        return [message_from_bytes(content, policy=policy.default) for _, content in self.letters]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's names
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.at_mail.pop(0) if self.at_mail else "250 OK"
        if reply.startswith("250"):
            envelope.mail_from = address
            self.senders.append(address)
        return reply

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.asked.append(address.partition("@")[2].lower())
        reply = self.at_rcpt.get(address, "250 OK")
        if reply == "drop":
            server.transport.close()
        envelope.is_cut = address in self.in_body
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        if self.before_answer:
            self.before_answer(recipient)
        reply = self.after_dot.get(recipient, "250 OK")
        if reply in ("drop", "keep and drop"):
            server.transport.abort()
        if reply.startswith("250") or reply == "keep and drop":
            self.letters.append((recipient, envelope.original_content))
        return reply


class Conversation(SMTP):
    """aiosmtpd's, which can also hang up in the middle of a body."""

    async def smtp_DATA(self, arg):  # noqa: N802
        if not getattr(self.envelope, "is_cut", False):
            return await super().smtp_DATA(arg)
        await self.push("354 go on")
        await self._reader.read(100)
        self.transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)  # at once; what follows takes a moment
        self.transport.abort()
        self.event_handler.hung_up.set()
        return None


class Stage(Controller):
    """Looks whether it can be reached without a word, as a line that begins encrypted would not understand any."""

    def factory(self):
        return Conversation(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self):
        with socket.create_connection((self.hostname, self.port), 1):
            pass


class Server:
    """The script, being played. `options` are of aiosmtpd: `tls_context` for STARTTLS, `ssl_context` from the beginning."""

    def __init__(self, **options):
        self.script = Script()
        self.controller = Stage(self.script, hostname="127.0.0.1", port=free_port(), timeout=30, **options)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop(no_assert=True)

    @property
    def port(self):
        return self.controller.port


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]
