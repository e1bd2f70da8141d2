"""The nouns: tables, constraints, chainable querysets. save() saves and nothing else."""

from recommendations.models.assessment import Assessment
from recommendations.models.assignment import Assignment
from recommendations.models.audit import Audit
from recommendations.models.batch import Batch
from recommendations.models.calendar_address import CalendarAddress
from recommendations.models.capture import Capture, Turn, Watch
from recommendations.models.change import Change
from recommendations.models.comment import Comment
from recommendations.models.delivery import Delivery
from recommendations.models.disposition import Disposition
from recommendations.models.event import Event
from recommendations.models.evidence import Evidence
from recommendations.models.follow import Follow
from recommendations.models.head import Head
from recommendations.models.idempotency import IdempotencyKey
from recommendations.models.importing import Import, ImportRow
from recommendations.models.indicator import Indicator, Observation
from recommendations.models.milestone import Milestone
from recommendations.models.notice import Notice
from recommendations.models.organization import Organization
from recommendations.models.pace import Pace
from recommendations.models.passage import Anchor, Passage
from recommendations.models.person import Person
from recommendations.models.postal import Asking, Bounce, MailDomain, Suppression
from recommendations.models.recommendation import Recommendation
from recommendations.models.reply import Reply
from recommendations.models.report import Report
from recommendations.models.response import Response
from recommendations.models.saved_view import SavedView
from recommendations.models.source import Snapshot, Source
from recommendations.models.subscription import Subscription
from recommendations.models.theme import Theme
from recommendations.models.token import Token
from recommendations.models.webhook import Call, Webhook
from recommendations.models.word import Word

__all__ = [
    "Anchor",
    "Asking",
    "Assessment",
    "Assignment",
    "Audit",
    "Batch",
    "Bounce",
    "CalendarAddress",
    "Call",
    "Capture",
    "Change",
    "Comment",
    "Delivery",
    "Disposition",
    "Event",
    "Evidence",
    "Follow",
    "Head",
    "IdempotencyKey",
    "Import",
    "ImportRow",
    "Indicator",
    "MailDomain",
    "Milestone",
    "Notice",
    "Observation",
    "Organization",
    "Pace",
    "Passage",
    "Person",
    "Recommendation",
    "Reply",
    "Report",
    "Response",
    "SavedView",
    "Snapshot",
    "Source",
    "Subscription",
    "Suppression",
    "Theme",
    "Token",
    "Turn",
    "Watch",
    "Webhook",
    "Word",
]
