"""A mail server that takes down what it accepts, has its moods, and lets something happen at a moment of a conversation."""

import asyncio
import hashlib
import logging
import re
import threading
from collections import Counter
from dataclasses import dataclass

from tests.digests.server import Stage

RCPT, DOT = "rcpt", "dot"  # the moments: before RCPT is answered; after the final dot, when the message is accepted
STALL = 2.2  # seconds: longer than the scenario's client waits
_MESSAGE_ID = re.compile(rb"^Message-ID: (.+?)\r?$", re.MULTILINE | re.IGNORECASE)

logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would write down every line


@dataclass(frozen=True)
class Accepted:
    """One message as it was accepted."""

    recipient: str
    message_id: str
    body: str  # SHA-256


class Sink:
    """`moods` are what befalls an address, one for each conversation about it: "450", "550", "stall", "body" (hang up in
    the middle of it), "keep" (accept, and hang up without a word), "lose" (hang up after the dot, accept nothing) or
    "late" (answer after `STALL`). `alarms` are called once, at the n-th time that a moment comes, with the address and
    the client's port.
    """

    def __init__(self):
        self.accepted, self.moods, self.alarms, self.times = [], {}, {}, Counter()
        self.hung_up = threading.Event()
        self.whenever = None  # called at each moment, with its name, the address and the client's port

    def received(self):
        """How often each address got something."""
        return Counter(each.recipient for each in self.accepted)

    def happens(self, moment, recipient, session):
        self.times[moment] += 1
        said = (recipient, session.peer[1])
        if alarm := self.alarms.pop((moment, self.times[moment]), None):
            alarm(*said)
        if self.whenever:
            self.whenever(moment, *said)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's names
        self.happens(RCPT, address, session)
        mood = envelope.mood = (self.moods.get(address) or [""]).pop(0)
        envelope.is_cut = mood == "body"
        if mood == "stall":
            await asyncio.sleep(STALL)
        if mood in {"450", "550"}:
            return f"{mood} not you"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        content, recipient = envelope.original_content, envelope.rcpt_tos[0]
        if envelope.mood == "lose":
            server.transport.abort()
            return "451 not kept"
        _head, _blank, body = content.partition(b"\r\n\r\n")
        found = _MESSAGE_ID.search(content)
        self.accepted.append(Accepted(recipient, found[1].decode(), hashlib.sha256(body).hexdigest()))
        self.happens(DOT, recipient, session)
        if envelope.mood == "keep":
            server.transport.abort()
        if envelope.mood == "late":
            await asyncio.sleep(STALL)
        return "250 OK"


class Office:
    """The sink's door, which can be shut and opened again at the same port."""

    def __init__(self, port):
        self.port, self.sink, self._running = port, Sink(), None
        self._lock = threading.Lock()

    def open(self):
        with self._lock:
            if not self._running:
                self._running = Stage(self.sink, hostname="127.0.0.1", port=self.port, timeout=300)
                self._running.start()

    def shut(self):
        with self._lock:
            if self._running:
                self._running.stop(no_assert=True)
            self._running = None
