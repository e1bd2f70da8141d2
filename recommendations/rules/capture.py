"""What a cited link can turn out to be when it is read, and what that means for what rests on it."""

from __future__ import annotations

from typing import Final

from django.db.models.enums import TextChoices
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


LOST: Final = frozenset({Outcome.GONE, Outcome.SOFT_404, Outcome.UNREACHABLE, Outcome.REFUSED})
READ: Final = frozenset({Outcome.OK, Outcome.REDIRECTED, Outcome.CHANGED})


def is_lost(outcome: str) -> bool:
    """Tell whether a reader who follows the link finds nothing: what rests on it has to be looked at."""
    return outcome in LOST
