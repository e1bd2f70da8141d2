"""The rules of the computed flags, each in a sentence: shown beside the flag, on pages and in the API."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

DELIVERY: Final = _(
    "Due soon is within 30 days of the target date, overdue after it. Without a target date nothing is ever overdue;"
    " what is implemented is done."
)
FRESHNESS: Final = _(
    "Fresh is a latest assessment, of either kind, under 90 days old; ageing under 180; then it is stale."
)
STALLED: Final = _(
    "Stalled is what is open and silent for longer than nine in ten of the gaps between days on which something was"
    " heard of recommendations with the same instrument: a status update, a response, evidence, a milestone, a value."
    " With fewer than 20 such gaps nothing is called stalled."
)
DISAGREEMENT: Final = _("Ratings differ when the latest report and the latest review that stand have different values.")
