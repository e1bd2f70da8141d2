"""Asking the DNS what others will find there about us. dnspython asks, with little patience."""

import dns.exception
import dns.resolver
from django.conf import settings

PATIENCE = 3.0  # seconds for one question
# Set aside by RFC 2606 and 6761: nobody receives mail there.
RESERVED = ("example", "example.com", "example.net", "example.org", "test", "invalid", "localhost", "local")


class Unanswered(Exception):
    """The DNS cannot be asked from here, or not now; that says nothing about the domain."""


def is_reserved(domain: str) -> bool:
    """Tell whether a domain is for examples and tests; a name without a dot is this machine's own business."""
    return "." not in domain or any(domain == name or domain.endswith(f".{name}") for name in RESERVED)


def texts(name: str) -> list[str]:
    """The TXT records of a name, each in one piece. Raises Unanswered."""
    return [b"".join(record.strings).decode("ascii", "replace") for record in _ask(name, "TXT")]


def exchangers(name: str) -> list[str]:
    """The mail servers of a domain; none for a domain that says it takes no mail (RFC 7505). Raises Unanswered."""
    hosts = [str(record.exchange).rstrip(".") for record in _ask(name, "MX")]
    return [host for host in hosts if host]


def has_address(name: str) -> bool:
    """Whether a host of this name exists: mail for a domain without MX goes there. Raises Unanswered."""
    return bool(_ask(name, "A") or _ask(name, "AAAA"))


def _ask(name: str, kind: str) -> list:  # type: ignore[type-arg]
    try:
        return list(_resolver().resolve(name, kind, lifetime=PATIENCE))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise Unanswered(f"{name}: {error}") from error


def _resolver() -> dns.resolver.Resolver:
    """The system's resolver, or the one that MAIL_DNS names."""
    if not settings.MAIL_DNS:
        return dns.resolver.Resolver()
    made = dns.resolver.Resolver(configure=False)
    host, port = settings.MAIL_DNS
    made.nameservers, made.port = [host], port
    return made
