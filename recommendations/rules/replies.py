"""What a mail server's refusal is about: an address that there is none, one recipient, a whole domain, or something else."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class About(StrEnum):
    """Whom a refusal speaks for."""

    NO_ADDRESS = "no_address"  # for good: nobody is there
    RECIPIENT = "recipient"  # for good: this one does not take it, for a reason that may pass
    DOMAIN = "domain"  # for now: too much, or too fast, for all of a domain
    OTHER = "other"  # this message, this server, or ourselves


# The code of RFC 3463 right behind that of RFC 5321: "550 5.1.1 No such user", "421-4.7.0 [TS03] …".
_SAID: Final = re.compile(r"(\d{3})[ -]?(?:([245])\.(\d{1,3})\.(\d{1,3})(?![.\d]))?")
_NO_ADDRESS: Final = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)}
_TAKES_NO_MAIL: Final = {521, 556}  # RFC 7504
_RECIPIENT: Final = {(1, 0), (1, 4), (2, 0), (2, 1), (2, 2), (2, 4)}
_ROUTING: Final = 4
_MAILBOX: Final = {550, 551, 553}  # these speak of the mailbox where nothing is said more exactly
_FOR_NOW: Final = {421, 450, 451, 452}
_POLICY: Final = 7
_CONGESTION: Final = (4, 5)
_GREYLIST: Final = re.compile("gr[ae]y.?list", re.IGNORECASE)  # each recipient has to be tried once to be let in


def about(said: str) -> About:
    """Return whom an answer speaks for that begins with its code: `550 5.1.1 No such user`."""
    found = _SAID.match(said)
    if not found:
        return About.OTHER
    code, detail = int(found[1]), (int(found[3]), int(found[4])) if found[2] == said[0] else None
    if detail == (0, 0):  # "other undefined status": says nothing
        detail = None
    if said[0] == "5":
        return _for_good(code, detail)
    is_busy = code in _FOR_NOW and detail and (detail[0] == _POLICY or detail == _CONGESTION)
    return About.DOMAIN if is_busy and not _GREYLIST.search(said) else About.OTHER


def _for_good(code: int, detail: tuple[int, int] | None) -> About:
    if detail in _NO_ADDRESS or (detail is None and code in _TAKES_NO_MAIL):
        return About.NO_ADDRESS
    if detail is None:
        return About.RECIPIENT if code in _MAILBOX else About.OTHER
    return About.RECIPIENT if detail in _RECIPIENT or detail[0] == _ROUTING else About.OTHER
