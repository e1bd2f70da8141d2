"""What a frozen publication can hold, and the one way in which its bytes are written and hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _

FORMAT: Final = 1
"""Of the file; another number when the same register would be written otherwise."""
MOST_ITEMS: Final = 2000
LONGEST_NAME: Final = 100


class Section(TextChoices):
    """A chart or a table of figures."""

    SUMMARY = "summary", _("The register in figures")
    THEMES = "themes", _("Status by theme")
    DELIVERY = "delivery", _("Delivery")
    FRESHNESS = "freshness", _("Freshness")
    RESPONSE = "response", _("Response")
    DISAGREEMENT = "disagreement", _("Disagreement")


class Entries(TextChoices):
    """How the recommendations themselves are printed."""

    NONE = "none", _("Figures only")
    TABLE = "table", _("A table")
    FULL = "full", _("Each in full, both ratings side by side, with evidence")


class Column(TextChoices):
    """What the table tells of each recommendation besides reference and title."""

    LEAD = "lead", _("Lead")
    VERIFIED_STATUS = "verified_status", _("Reviewed status")
    REPORTED_STATUS = "reported_status", _("Self-reported status")
    RESPONSE = "response", _("Response")
    DELIVERY = "delivery", _("Delivery")
    FRESHNESS = "freshness", _("Freshness")
    TARGET_ON = "target_on", _("Target date")
    ASSESSED_ON = "assessed_on", _("Last assessed")
    INSTRUMENT = "instrument", _("Instrument")
    PRIORITY = "priority", _("Priority")
    SOURCE = "source", _("Source")


USUAL: Final = (
    Column.LEAD,
    Column.VERIFIED_STATUS,
    Column.REPORTED_STATUS,
    Column.RESPONSE,
    Column.DELIVERY,
    Column.TARGET_ON,
)


def canonical(value: Any) -> bytes:
    """Write JSON in the one way that is hashed: UTF-8, keys sorted, no space between, nothing escaped needlessly."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
