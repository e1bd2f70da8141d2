"""What the environment says of mail: which server takes it, whom it comes from, how fast domains are written to, where it comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from relations.variables import Variables, WrongEnvironment

SERVERS = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail")
MAILBOXES = ("imaps", "imap")
KEPT_AS_FILES = "relations.outbox.Outbox"
OVER_A_LINE = "relations.lines.Smtp"
OTHERS = "*"  # every domain that has no pace of its own
_UNITS = {"s": 1, "min": 60, "h": 3600}
# A local part has 64 characters at most, of which the register adds 50.
_BOUNCE_ADDRESS = re.compile(r"[a-z0-9_-]{1,14}@[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_SELECTOR = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_PACE = re.compile(r"(\*|[a-z0-9-]+(?:\.[a-z0-9-]+)+)=([1-9][0-9]{0,5})/(s|min|h)")


@dataclass(frozen=True)
class Mail:
    """The mail server, the sender, and by domain the seconds from one message to the next.

    `authorities` is a file of certificates, `resolver` the address and port of a DNS server ("": the system's).
    """

    backend: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    use_tls: bool
    use_ssl: bool
    file_path: str | None
    sender: str
    pace: Mapping[str, float]
    authorities: str
    bounce_address: str
    bounce_mailbox: str = field(repr=False)
    dkim_selector: str
    resolver: tuple[str, int] | None


def read(get: Variables, public_url: str) -> Mail:
    """Read what there is of mail; without a server it is kept as files. Raises WrongEnvironment."""
    url = get.address("EMAIL_URL", SERVERS, "smtp+tls://user:password@host:587")
    server: Mapping[str, Any] = environ.Env.email_url_config(url) if url else {}
    return Mail(
        backend=OVER_A_LINE if url.startswith("smtp") else server.get("EMAIL_BACKEND") or KEPT_AS_FILES,
        host=server.get("EMAIL_HOST") or "localhost",
        port=server.get("EMAIL_PORT") or 25,
        user=server.get("EMAIL_HOST_USER") or "",
        password=server.get("EMAIL_HOST_PASSWORD") or "",
        use_tls=server.get("EMAIL_USE_TLS", False),
        use_ssl=server.get("EMAIL_USE_SSL", False),
        file_path=server.get("EMAIL_FILE_PATH") or None,
        sender=get.text("DEFAULT_FROM_EMAIL", f"Relations <relations@{_domain(public_url)}>"),
        pace=_pace(get.text("MAIL_PACE")),
        authorities=_file(get.text("MAIL_CA_FILE")),
        bounce_address=_bounce_address(get.text("BOUNCE_ADDRESS").lower()),
        bounce_mailbox=get.address("BOUNCE_MAILBOX", MAILBOXES, "imaps://user:password@host/INBOX"),
        dkim_selector=_selector(get.text("DKIM_SELECTOR").lower()),
        resolver=_resolver(get.text("MAIL_DNS")),
    )


def _domain(public_url: str) -> str:
    """Return the domain that the register's readers know; this machine's own where there is only a number."""
    host = urlsplit(public_url).hostname or ""
    return host if re.fullmatch(r"[^.:]+(\.[^.:]+)*\.[^.:\d]+", host) else "localhost"


def _file(value: str) -> str:
    if value and not Path(value).is_file():
        raise WrongEnvironment(f"MAIL_CA_FILE is {value!r}: there is no such file.")
    return value


def _bounce_address(value: str) -> str:
    if value and not _BOUNCE_ADDRESS.fullmatch(value):
        example = "bounces@register.example.org"
        raise WrongEnvironment(
            f"BOUNCE_ADDRESS is {value!r}: write it like {example}, at most 14 letters, digits, - and _ before the @."
        )
    return value


def _selector(value: str) -> str:
    if value and not _SELECTOR.fullmatch(value):
        raise WrongEnvironment(f"DKIM_SELECTOR is {value!r}: give the part before ._domainkey only, like mail2026.")
    return value


def _resolver(value: str) -> tuple[str, int] | None:
    """Read `127.0.0.1`, `127.0.0.1:5353` or `[::1]:5353`."""
    if not value:
        return None
    try:
        parts = urlsplit(f"//{value if value.count(':') < 2 or value.startswith('[') else f'[{value}]'}")  # noqa: PLR2004
        return str(ip_address(parts.hostname or "")), parts.port or 53
    except ValueError:
        raise WrongEnvironment(f"MAIL_DNS is {value!r}: give an address, like 127.0.0.1 or 127.0.0.1:5353.") from None


def _pace(text: str) -> dict[str, float]:
    """Read `gmail.com=60/min,*=5/s`: how many messages a second, minute or hour a domain gets at most."""
    paces = {}
    for part in filter(None, (part.strip() for part in text.lower().split(","))):
        if not (said := _PACE.fullmatch(part)):
            raise WrongEnvironment(f"MAIL_PACE holds {part!r}: write it like gmail.com=60/min,*=5/s (s, min or h).")
        domain, count, unit = said.groups()
        paces[domain] = _UNITS[unit] / int(count)
    return paces
