"""The nouns: tables, constraints, chainable querysets. save() saves and nothing else."""

from recommendations.models.assessment import Assessment
from recommendations.models.assignment import Assignment
from recommendations.models.event import Event
from recommendations.models.evidence import Evidence
from recommendations.models.indicator import Indicator, Observation
from recommendations.models.milestone import Milestone
from recommendations.models.organization import Organization
from recommendations.models.passage import Anchor, Passage
from recommendations.models.person import Person
from recommendations.models.recommendation import Recommendation
from recommendations.models.response import Response
from recommendations.models.source import Snapshot, Source
from recommendations.models.subscription import Delivery, Subscription
from recommendations.models.theme import Theme
from recommendations.models.token import Token

__all__ = [
    "Anchor",
    "Assessment",
    "Assignment",
    "Delivery",
    "Event",
    "Evidence",
    "Indicator",
    "Milestone",
    "Observation",
    "Organization",
    "Passage",
    "Person",
    "Recommendation",
    "Response",
    "Snapshot",
    "Source",
    "Subscription",
    "Theme",
    "Token",
]
