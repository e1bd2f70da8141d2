"""Which web addresses may be cited as evidence. Our own list of special networks; no look-up, no network."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Problem

MAX_LENGTH: Final = 2000
PORTS: Final = frozenset({None, 80, 443})

# Python 3.11's is_global lets several of these pass (6to4, NAT64, fec0::/10, IPv4-compatible, multicast).
# IANA special-purpose registries: RFC 6890 and its updates.
NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(n)
    for n in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
)
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "onion")
# RFC 6761: names for examples and tests; nobody answers there, so nobody looks.
_EXAMPLE_NAMES: Final = ("example", "invalid", "test")
_NUMERIC_PART: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_HOST: Final = re.compile(r"[^\s\x00-\x20\x7f<>\"\\^`{|}%]+")


def is_public_address(address: str) -> bool:
    """Tell whether an IP address literal is one that anybody on the internet can reach."""
    ip = ipaddress.ip_address(address)
    return not any(ip in network for network in NOT_PUBLIC if network.version == ip.version)


def host_of(url: str) -> str:
    """Return the host that a link leads to, as it is compared: lower case, IDNA, without a dot at its end."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return name.encode("idna").decode().lower()[:255]
    except UnicodeError:
        return name[:255]


def is_example(host: str) -> bool:
    """Tell whether a host's name is one that stands for nothing: such links are never read."""
    return host.rpartition(".")[2] in _EXAMPLE_NAMES


def check_link(url: str, field: str = "url") -> list[Problem]:
    """Return what speaks against an address as evidence: scheme, sign-in data, port, private host, length.

    The host's name is not looked up here; whoever fetches it checks every address it resolves to once more.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return [Problem("bad_link", _("This is not a web address; copy it whole from the browser."), field)]
    checks = (
        (len(url) > MAX_LENGTH, "link_too_long", _("The address is longer than 2,000 characters; give a shorter one.")),
        (
            parts.scheme not in {"http", "https"},
            "link_scheme",
            _("Only addresses that begin with http:// or https:// can be cited."),
        ),
        (not _HOST.fullmatch(host), "bad_link", _("This is not a web address; copy it whole from the browser.")),
        ("@" in parts.netloc, "link_userinfo", _("The address contains a user name or password; remove it.")),
        (port not in PORTS, "link_port", _("Only the usual ports 80 and 443 can be cited.")),
        (
            bool(host) and not _is_public_host(host),
            "link_private",
            _("The address leads into a private network, where readers cannot follow; cite a public one."),
        ),
    )
    return [Problem(code, text, field) for failed, code, text in checks if failed][:1]


def _is_public_host(host: str) -> bool:
    name = host.rstrip(".").lower()
    try:
        return is_public_address(name.split("%")[0])
    except ValueError:
        pass
    labels = name.split(".")
    if _NUMERIC_PART.fullmatch(labels[-1]):  # 2130706433, 0x7f.1 and other ways to write an address as a number
        return False
    return len(labels) > 1 and labels[-1] not in _PRIVATE_NAMES
