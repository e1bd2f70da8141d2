"""The filters of the list of recommendations, as documents name them. The language itself is rules/selection.py."""

from __future__ import annotations

from typing import Final

from recommendations.api import shapes
from recommendations.api.operation import Parameter
from recommendations.rules import words
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.capture import EvidenceState
from recommendations.rules.lifecycle import Status
from recommendations.rules.selection import LONGEST_QUERY, ORDERINGS
from recommendations.rules.vocabulary import Answer, Instrument, Priority

TIME: Final = {"type": "string", "format": "date-time"}
FILTERS: Final = (
    Parameter("status", shapes.one_of(Status), "The reviewed status, or the self-reported one without a review.", True),
    Parameter("reported_status", shapes.one_of(Status), "What the owner says.", True),
    Parameter("verified_status", shapes.one_of(Status), "What a reviewer found.", True),
    Parameter("response", shapes.one_of(Answer), "What the addressee answered.", True),
    Parameter("theme", shapes.SLUG, "Slugs of themes.", True),
    Parameter("instrument", shapes.one_of(Instrument), "By what means it wants something done.", True),
    Parameter("priority", shapes.one_of(Priority), "How pressing it is.", True),
    Parameter("source", shapes.SLUG, "Slugs of sources.", True),
    Parameter("lead", shapes.SLUG, "Slugs of organizations that lead.", True),
    Parameter("organization", shapes.SLUG, "Slugs of organizations that are responsible in any role.", True),
    Parameter("owner", {"type": "string", "enum": ["me"]}, "Assigned to you or to your organization."),
    Parameter("follower", {"type": "string", "enum": ["me"]}, "Followed by you."),
    Parameter("delivery", shapes.one_of(Delivery), "Whether it is on time today.", True),
    Parameter("freshness", shapes.one_of(Freshness), "When anybody last looked.", True),
    Parameter("stalled", shapes.FLAG, "Open, and silent for longer than nine in ten of the gaps of comparable ones."),
    Parameter("disagreement", shapes.FLAG, "Whether owner and reviewer rate it differently."),
    Parameter("computed", shapes.FLAG, "Whether the status is computed from parts, since it is split."),
    Parameter("evidence", shapes.one_of(EvidenceState), "A rating rests on a link that leads nowhere any more.", True),
    Parameter("withdrawn", shapes.FLAG, "Withdrawn ones instead of the others."),
    Parameter("due_before", shapes.DAY, "Target date before this day."),
    Parameter("due_after", shapes.DAY, "Target date after this day."),
    Parameter("updated_since", TIME, "Changed at this time or later."),
    Parameter(
        "q",
        {"type": "string", "maxLength": LONGEST_QUERY, "pattern": words.PATTERN},
        "Words of title and description in English and Russian, in any word form, or a reference.",
    ),
    Parameter(
        "ordering",
        {"type": "string", "enum": [sign + name for name in ORDERINGS for sign in ("", "-")], "default": "reference"},
        "What the list is sorted by; a hyphen turns the order round.",
    ),
)
