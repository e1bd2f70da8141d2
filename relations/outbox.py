"""Outgoing mail as files: what is sent without EMAIL_URL is kept under the home folder, for administrators to read."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.conf import settings
from django.core.mail import EmailMessage as Outgoing
from django.core.mail.backends.base import BaseEmailBackend

_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Kept:
    """One kept message."""

    name: str
    kept_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


def is_in_use() -> bool:
    """Tell whether mail is kept, or sent by a mail server."""
    return bool(f"{Outbox.__module__}.{Outbox.__name__}" == settings.EMAIL_BACKEND)


def keep(message: bytes, *, now: datetime | None = None) -> str:
    """Write a message down as a whole or not at all; returns its name."""
    moment = now or datetime.now(UTC)
    name = f"{moment:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    settings.OUTBOX.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = settings.OUTBOX / f".{name}"
    draft.write_bytes(message)
    draft.rename(settings.OUTBOX / f"{name}.eml")
    return name


def names() -> list[str]:
    """The names of all kept messages, newest first."""
    found = (path.stem for path in settings.OUTBOX.glob("*.eml"))
    return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)


def read(name: str) -> Kept | None:
    """The message of this name; nothing when there is none. A name is never used as a path before it has the form."""
    path = settings.OUTBOX / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    kept_at = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Kept(name, kept_at, message)


class Outbox(BaseEmailBackend):
    """Django's e-mail backend that keeps what it is given."""

    def send_messages(self, email_messages: Sequence[Outgoing]) -> int:
        sent = [keep(mail.message().as_bytes()) for mail in email_messages if mail.recipients()]
        return len(sent)
