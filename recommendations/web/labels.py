"""What the filters of the list, their values and its orders are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.capture import EvidenceState
from recommendations.rules.lifecycle import Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
    Labels = dict[str, dict[str, Words]]

NAMES: Final = {
    "q": _("Search"),
    "status": _("Status"),
    "verified_status": _("Reviewed status"),
    "reported_status": _("Self-reported status"),
    "disagreement": _("Ratings"),
    "computed": _("Parts"),
    "stalled": _("Silence"),
    "evidence": _("Evidence"),
    "theme": _("Theme"),
    "delivery": _("Delivery"),
    "freshness": _("Freshness"),
    "response": _("Response"),
    "instrument": _("Instrument"),
    "priority": _("Priority"),
    "source": _("Source"),
    "lead": _("Lead"),
    "organization": _("Organization"),
    "owner": _("Owner"),
    "follower": _("Followed by"),
    "withdrawn": _("Withdrawn"),
    "due_before": _("Due before"),
    "due_after": _("Due after"),
    "updated_since": _("Changed since"),
}
YES_NO: Final[dict[str, dict[str, Words]]] = {
    "disagreement": {"true": _("Owner and reviewer disagree"), "false": _("Owner and reviewer do not disagree")},
    "computed": {"true": pgettext_lazy("filter", "Split into parts"), "false": _("Not split into parts")},
    "stalled": {"true": _("Stalled"), "false": _("Not stalled")},
    "withdrawn": {"true": _("Withdrawn ones only")},
    "owner": {"me": _("Mine")},
    "follower": {"me": _("Me")},
}
ORDERS: Final = (
    ("relevance", _("Best match first")),
    ("reference", _("Reference")),
    ("due_on", _("Target date, soonest first")),
    ("-updated_at", _("Latest change first")),
    ("priority", _("Priority, high first")),
    ("status", pgettext_lazy("sorting", "Status, least advanced first")),
)
OFFERED: Final = (
    "status",
    "theme",
    "delivery",
    "freshness",
    "response",
    "stalled",
    "disagreement",
    "evidence",
    "instrument",
    "priority",
    "source",
    "lead",
)  # filters that the page lays out, in this order; all others can be asked for by the address


def labels(names: Mapping[str, Mapping[str, str]]) -> Labels:
    """Return for each filter with a closed list of values what these are called; `names` are those of `models.names`."""
    return {
        "status": dict(Status.choices),
        "verified_status": dict(Status.choices),
        "reported_status": dict(Status.choices),
        "response": dict(Answer.choices),
        "delivery": dict(Delivery.choices),
        "freshness": dict(Freshness.choices),
        "evidence": dict(EvidenceState.choices),
        "instrument": dict(Instrument.choices),
        "priority": dict(Priority.choices),
        **{kind: {**said} for kind, said in names.items()},
        "organization": {**names["lead"]},
        **YES_NO,
    }
