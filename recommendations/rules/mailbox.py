"""Which mailbox an address leads to: mail providers take many spellings for the same."""

from __future__ import annotations

import re
from typing import Final

GMAIL: Final = "gmail.com"
_ESCAPED: Final = re.compile(r"\\(.)")


def mailbox(email: str) -> str:
    """Return one spelling for all addresses of a mailbox: Vi.ctim+shop@googlemail.com -> victim@gmail.com.

    Without case, quotes and the tag behind a plus; the domain as DNS has it; at Gmail also without dots.
    """
    local, _at, said = email.strip().lower().rpartition("@")
    domain = _domain(said)
    if local.startswith('"'):
        local = _ESCAPED.sub(r"\1", local[1:-1])
    plain = local.partition("+")[0] or local
    if domain in (GMAIL, "googlemail.com"):
        return f"{plain.replace('.', '')}@{GMAIL}"
    return f"{plain}@{domain}"


def _domain(said: str) -> str:
    """Return a domain in the letters of DNS, which takes ｅｘａｍｐｌｅ.org for example.org."""
    try:
        return said.encode("idna").decode().lower()
    except UnicodeError:
        return said
