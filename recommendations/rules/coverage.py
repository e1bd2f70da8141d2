"""What of a source is tracked, and why a sentence that recommends something is not: what a steward may state."""

from __future__ import annotations

from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """What a sentence of a source is to the register."""

    TRACKED = "tracked", pgettext_lazy("sentence", "Tracked")
    UNTRACKED = "untracked", pgettext_lazy("sentence", "Recommends, not tracked")
    OTHER = "other", pgettext_lazy("sentence", "Other")


class Reason(TextChoices):
    """The closed list of reasons."""

    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("not tracked", "Out of scope")
    DUPLICATE = "duplicate", pgettext_lazy("not tracked", "Says again what is tracked")
    NOT_ACTIONABLE = "not_actionable", pgettext_lazy("not tracked", "Nothing that anybody could do")
