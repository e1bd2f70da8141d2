"""A mail server on loopback that does as it is told: takes, refuses, stalls, hangs up."""

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Script:
    """What the server answers, by recipient: a reply, or "drop" for hanging up. Letters that were accepted are kept."""

    def __init__(self):
        self.letters, self.conversations = [], 0
        self.at_rcpt, self.at_mail, self.after_dot = {}, [], {}
        self.before_answer = None

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
        return reply

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.at_rcpt.get(address, "250 OK")
        if reply == "drop":
            server.transport.close()
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


class Server:
    """The script, being played."""

    def __init__(self):
        self.script = Script()
        self.controller = Controller(self.script, hostname="127.0.0.1", port=free_port(), timeout=30)

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
