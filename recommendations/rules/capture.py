"""What a cited link can turn out to be when it is read, and what that means for what rests on it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(TextChoices):
    """What came of reading a link. `UNCHECKED` stands for no reading yet, and for files, which need none."""

    UNCHECKED = "unchecked", pgettext_lazy("link", "Not checked yet")
    OK = "ok", pgettext_lazy("link", "Reachable")
    REDIRECTED = "redirected", pgettext_lazy("link", "Reachable at another address")
    CHANGED = "changed", pgettext_lazy("link", "Says something else than before")
    GONE = "gone", pgettext_lazy("link", "Gone")
    SOFT_404 = "soft_404", pgettext_lazy("link", "Gone, though the site does not say so")
    BLOCKED = "blocked", pgettext_lazy("link", "Closed to programs")
    UNREACHABLE = "unreachable", pgettext_lazy("link", "Unreachable")
    REFUSED = "refused", pgettext_lazy("link", "Not fetched: the address is not a public one")


class EvidenceState(TextChoices):
    """What a list can ask about the evidence on which a recommendation's ratings rest."""

    LOST = "lost", pgettext_lazy("evidence", "Lost")


LOST: Final = frozenset({Outcome.GONE, Outcome.SOFT_404, Outcome.UNREACHABLE, Outcome.REFUSED})
READ: Final = frozenset({Outcome.OK, Outcome.REDIRECTED, Outcome.CHANGED})
DAYS_TO_LOSE: Final = 3
WEEK: Final = dt.timedelta(days=7)
DAY: Final = dt.timedelta(days=1)
JITTER: Final = 0.1  # of the time until the next reading: links that were read together drift apart

# What strangers are told: nothing by which they could find out what our machine reaches and others do not.
_FOR_STRANGERS: Final = {
    Outcome.CHANGED: Outcome.OK,
    Outcome.SOFT_404: Outcome.GONE,
    Outcome.BLOCKED: Outcome.REFUSED,
}
_SHORT: Final = {
    Outcome.UNCHECKED: pgettext_lazy("link", "Not checked yet"),
    Outcome.OK: pgettext_lazy("link", "Reachable"),
    Outcome.REDIRECTED: pgettext_lazy("link", "Redirected"),
    Outcome.GONE: pgettext_lazy("link", "Not found"),
    Outcome.REFUSED: pgettext_lazy("link", "Refused"),
    Outcome.UNREACHABLE: pgettext_lazy("link", "Error"),
}
# Why a reading failed, or why no copy was kept. Shown to those who are signed in.
DETAILS: Final = {
    "no_such_host": _("There is no host of this name."),
    "dns": _("The name could not be looked up."),
    "not_public": _("The address, or one that it leads to, is not a public one."),
    "timeout": _("It took longer than ten seconds."),
    "connection": _("The connection was refused or broke off."),
    "tls": _("The certificate is not valid, or no safe connection could be made."),
    "headers": _("The server sent more than 64 KB of headers."),
    "protocol": _("The server does not speak HTTP."),
    "redirects": _("It leads from address to address, more than three times."),
    "encoding": _("The answer is compressed in a way that was not asked for, or wrongly."),
    "too_large": _("The document is larger than 10 MB: no copy was kept."),
    "not_kept": _("Sound, films and archives are not kept, only looked at."),
    "incomplete": _("The document did not come whole: no copy was kept."),
    "no_text": _("No text could be read from it: only its bytes are compared."),
    "home": _("It leads to the site's first page."),
    "wall": _("The site asks visitors to prove that they are no program."),
    "http": _("The server answered with an error."),
}


def is_lost(outcome: str) -> bool:
    """Tell whether a reader who follows the link finds nothing: what rests on it has to be looked at."""
    return outcome in LOST


def for_strangers(outcome: str) -> Outcome:
    """Return what visitors who are not signed in are told: ok, redirected, not found, refused, error."""
    found = Outcome(outcome)
    return _FOR_STRANGERS.get(found, found)


def label(outcome: str, *, in_full: bool) -> str:
    """Put an outcome into words, in full for those who are signed in."""
    return str(Outcome(outcome).label if in_full else _SHORT[for_strangers(outcome)])


def failures(before: int, last: dt.datetime | None, reading: Outcome, now: dt.datetime) -> int:
    """Return on how many days in a row a link could not be reached: a second failure on a day counts no more."""
    if reading is not Outcome.UNREACHABLE:
        return 0
    is_another_day = last is None or last.astimezone(dt.UTC).date() != now.astimezone(dt.UTC).date()
    return before + 1 if before == 0 or is_another_day else before


def standing(before: Outcome, reading: Outcome, failed_days: int) -> Outcome:
    """Return the state of a link after a reading, `failed_days` this one included.

    Servers have bad days: a link is unreachable only once it failed on three of them. A wall against programs tells
    nothing about what is behind it, so what was lost before stays lost.
    """
    if reading is Outcome.UNREACHABLE and (failed_days < DAYS_TO_LOSE or before in LOST):
        return before
    if reading is Outcome.BLOCKED and before in LOST:
        return before
    return reading


def again(reading: Outcome, now: dt.datetime, chance: float) -> dt.datetime:
    """Return when to read a link next: in about a week, after a failure in about a day. `chance` is from 0 to 1."""
    pause = DAY if reading is Outcome.UNREACHABLE else WEEK
    return now + pause * (1 + JITTER * (2 * chance - 1))
