"""The closed lists by which a recommendation is described, and the crosswalk to other bodies' scales."""

from __future__ import annotations

from typing import Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.rules.lifecycle import Status


class Instrument(TextChoices):
    """By what means a recommendation wants something done."""

    DIALOGUE = "dialogue", _("Dialogue")
    FUND = "fund", _("Fund")
    PROGRAMME = "programme", _("Programme")
    STRATEGY = "strategy", _("Strategy")
    STANDARD = "standard", pgettext_lazy("instrument", "Standard")
    INSTITUTION = "institution", _("Institution")
    INDUSTRIAL_COOPERATION = "industrial_cooperation", _("Industrial cooperation")
    LEGISLATION = "legislation", pgettext_lazy("instrument", "Legislation")
    OTHER = "other", pgettext_lazy("instrument", "Other")


class Priority(TextChoices):
    """How pressing it is."""

    HIGH = "high", pgettext_lazy("priority", "High")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    LOW = "low", pgettext_lazy("priority", "Low")


class Answer(TextChoices):
    """What the addressee said to it."""

    ACCEPTED = "accepted", pgettext_lazy("response", "Accepted")
    IN_PART = "in_part", pgettext_lazy("response", "Accepted in part")
    IN_PRINCIPLE = "in_principle", pgettext_lazy("response", "Accepted in principle")
    NOTED = "noted", pgettext_lazy("response", "Noted")
    REJECTED = "rejected", pgettext_lazy("response", "Rejected")


VERSION: Final = "1.0"  # of the closed lists and the crosswalk; a test holds it to what they say
SCALES: Final = ("eca", "csr", "ogp", "mar", "gao")
BODIES: Final = {
    "eca": _("European Court of Auditors"),
    "csr": _("Country-specific recommendations of the European Union"),
    "ogp": _("Open Government Partnership"),
    "mar": _("Management Action Record of the World Bank Group"),
    "gao": _("United States Government Accountability Office"),
}
CROSSWALK: Final[dict[Status, dict[str, str]]] = {
    Status.NOT_ASSESSED: {
        "eca": "could not be verified",
        "ogp": "No Evidence Available",
        "mar": "Not Rated",
        "gao": "Open",
    },
    Status.NO_ACTION: {
        "eca": "not implemented",
        "csr": "no progress",
        "ogp": "Not Started",
        "mar": "Negligible",
        "gao": "Open",
    },
    Status.IN_PREPARATION: {
        "eca": "not implemented",
        "csr": "limited progress",
        "ogp": "Limited",
        "mar": "Moderate",
        "gao": "Open",
    },
    Status.PARTLY: {
        "eca": "implemented in some respects",
        "csr": "some progress",
        "ogp": "Limited",
        "mar": "Moderate",
        "gao": "Open",
    },
    Status.MOSTLY: {
        "eca": "implemented in most respects",
        "csr": "substantial progress",
        "ogp": "Substantial",
        "mar": "Substantial",
        "gao": "Open",
    },
    Status.IMPLEMENTED: {
        "eca": "fully implemented",
        "csr": "full implementation",
        "ogp": "Complete",
        "mar": "Complete",
        "gao": "Closed-implemented",
    },
    Status.REVERSED: {
        "eca": "not implemented",
        "csr": "no progress",
        "ogp": "Not Started",
        "mar": "Negligible",
        "gao": "Open",
    },
    Status.OVERTAKEN: {"eca": "no longer relevant", "mar": "Not Rated", "gao": "Closed-not implemented"},
}
