"""The history: one line for each act, append-only and hash-chained by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.indicator import Indicator
from recommendations.models.person import role_of
from recommendations.models.recommendation import Recommendation
from recommendations.rules import access
from recommendations.rules.access import Visibility

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register


class Subject(models.TextChoices):
    """What an event is about; each subject and key has a chain of its own."""

    RECOMMENDATION = "recommendation", _("Recommendation")
    SOURCE = "source", _("Source")
    ORGANIZATION = "organization", _("Organization")
    THEME = "theme", _("Theme")
    PERSON = "person", _("Person")
    INDICATOR = "indicator", _("Indicator")
    SUBSCRIPTION = "subscription", _("Subscription")
    TOKEN = "token", _("Token")
    BATCH = "batch", _("Batch")
    IMPORT = "import", _("Import")
    SAVED_VIEW = "saved_view", _("Saved view")
    CALENDAR = "calendar", _("Calendar")
    WEBHOOK = "webhook", _("Webhook")
    SUPPRESSION = "suppression", _("Suppressed address")
    REPORT = "report", _("Publication")


class Verb(models.TextChoices):
    """What was done."""

    REGISTERED = "registered", pgettext_lazy("event", "registered")
    AMENDED = "amended", pgettext_lazy("event", "amended")
    WITHDRAWN = "withdrawn", pgettext_lazy("event", "withdrawn")
    RESTORED = "restored", pgettext_lazy("event", "restored")
    SPLIT = "split", pgettext_lazy("event", "split into parts")
    MERGED = "merged", pgettext_lazy("event", "merged with another one")
    COMPUTED = "computed", pgettext_lazy("event", "status computed from the parts")
    ASSESSED = "assessed", pgettext_lazy("event", "status updated")
    ASSESSMENT_RETRACTED = "assessment_retracted", pgettext_lazy("event", "status update retracted")
    RESPONDED = "responded", pgettext_lazy("event", "response recorded")
    EVIDENCE_ATTACHED = "evidence_attached", pgettext_lazy("event", "evidence attached")
    EVIDENCE_AMENDED = "evidence_amended", pgettext_lazy("event", "evidence amended")
    EVIDENCE_RETRACTED = "evidence_retracted", pgettext_lazy("event", "evidence retracted")
    LINK_LOST = "link_lost", pgettext_lazy("event", "evidence lost: its link leads nowhere")
    LINK_FOUND = "link_found", pgettext_lazy("event", "evidence found again")
    MILESTONE_SET = "milestone_set", pgettext_lazy("event", "milestone set")
    MILESTONE_AMENDED = "milestone_amended", pgettext_lazy("event", "milestone amended")
    MILESTONE_FINISHED = "milestone_finished", pgettext_lazy("event", "milestone finished")
    MILESTONE_CANCELLED = "milestone_cancelled", pgettext_lazy("event", "milestone cancelled")
    ASSIGNED = "assigned", pgettext_lazy("event", "owner assigned")
    ASSIGNMENT_AMENDED = "assignment_amended", pgettext_lazy("event", "owner amended")
    RELEASED = "released", pgettext_lazy("event", "owner released")
    DISOWNED = "disowned", pgettext_lazy("event", "said not to be theirs")
    COMMENTED = "commented", pgettext_lazy("event", "commented")
    COMMENT_RETRACTED = "comment_retracted", pgettext_lazy("event", "comment taken back")
    FOLLOWED = "followed", pgettext_lazy("event", "followed")
    UNFOLLOWED = "unfollowed", pgettext_lazy("event", "no longer followed")
    DISPOSED = "disposed", pgettext_lazy("event", "reason for not tracking stated")
    READ_IN = "read_in", pgettext_lazy("event", "text read in")
    OBSERVED = "observed", pgettext_lazy("event", "value recorded")
    SUBSCRIBED = "subscribed", pgettext_lazy("event", "digest subscribed")
    CONFIRMED = "confirmed", pgettext_lazy("event", "address confirmed")
    UNSUBSCRIBED = "unsubscribed", pgettext_lazy("event", "digest unsubscribed")
    SENT_AGAIN = "sent_again", pgettext_lazy("event", "digest sent again")
    SUPPRESSED = "suppressed", pgettext_lazy("event", "address suppressed")
    LIFTED = "lifted", pgettext_lazy("event", "address gets mail again")
    ISSUED = "issued", pgettext_lazy("event", "token issued")
    REVOKED = "revoked", pgettext_lazy("event", "token revoked")
    DONE_TO_MANY = "done_to_many", pgettext_lazy("event", "done to many at once")
    UNDONE = "undone", pgettext_lazy("event", "undone")
    IMPORTED = "imported", pgettext_lazy("event", "table imported")
    SAVED = "saved", pgettext_lazy("event", "view saved")
    REMOVED = "removed", pgettext_lazy("event", "removed")
    DISABLED = "disabled", pgettext_lazy("event", "disabled after repeated failure")
    PUBLISHED = "published", pgettext_lazy("event", "published")


# What tells that something is being done: see models/pace.py. Besides, values of indicators (they have chains of their own).
SIGNS_OF_LIFE: Final = (
    Verb.ASSESSED,
    Verb.RESPONDED,
    Verb.EVIDENCE_ATTACHED,
    Verb.MILESTONE_SET,
    Verb.MILESTONE_AMENDED,
    Verb.MILESTONE_FINISHED,
    Verb.MILESTONE_CANCELLED,
)
# What people say to each other about an item: no change of it, and nothing for strangers.
TALK: Final = frozenset({Verb.COMMENTED, Verb.COMMENT_RETRACTED, Verb.DISOWNED})
_OPEN: Final = (Subject.SOURCE, Subject.ORGANIZATION, Subject.THEME, Subject.REPORT)
_LISTING: Final = (
    Verb.SPLIT,
    Verb.MERGED,
    Verb.AMENDED,
)  # those that list items; only they are searched for hidden ones


def _named_in(name: str, said: str) -> Func:
    """Tell in SQL whether an item's reference is in a list that an event says."""
    listed = KeyTransform(name, OuterRef(said))
    return Func(listed, F("reference"), function="jsonb_exists", output_field=models.BooleanField())


def _listed(found: Exists) -> Case:
    """Look only where an event lists items: the database would look through all hidden ones for each event otherwise."""
    return Case(When(verb__in=_LISTING, then=found), default=Value(value=False), output_field=models.BooleanField())


class EventQuerySet(models.QuerySet["Event"]):
    """Chainable questions about history."""

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> EventQuerySet:
        """Keep what the person may know of: the register's own nouns for all, batches and imports for those who sign in, people
        and tokens for administrators.
        """
        role = role_of(person)
        if access.may_administer(role):
            return self
        if access.may_read_internal(role):
            told = Q(subject=Subject.BATCH) & ~Q(after__verb="follow")  # whom one follows is nobody else's business
            known = (*_OPEN, Subject.RECOMMENDATION, Subject.INDICATOR, Subject.IMPORT)
            return self.filter(Q(subject__in=known) | told)
        return self.open_to_strangers()

    def open_to_strangers(self) -> EventQuerySet:
        """Leave out what people say to each other, and what is about an internal item or its indicators, or names one: as
        a whole, a part, a duplicate, or as measured.
        """
        hidden = Recommendation.objects.filter(visibility=Visibility.INTERNAL)
        items = Q(subject=Subject.RECOMMENDATION, recommendation__visibility=Visibility.PUBLIC) & ~Q(verb__in=TALK)
        secret = Indicator.objects.exclude(pk__in=Indicator.objects.visible_to(None).values("pk"))
        indicators = Q(subject=Subject.INDICATOR) & ~Q(Exists(secret.filter(slug=OuterRef("subject_key"))))
        for said in ("before", "after"):
            for name in ("parent", "merged_into"):
                items &= ~Q(Exists(hidden.filter(reference=KeyTextTransform(name, OuterRef(said)))))
            for name in ("parts", "duplicates"):
                items &= ~Q(_listed(Exists(hidden.filter(_named_in(name, said)))))
            indicators &= ~Q(Exists(hidden.filter(_named_in("recommendations", said))))
        return self.filter(Q(subject__in=_OPEN) | items | indicators)

    def of_changes(self) -> EventQuerySet:
        """Leave out what people say to each other: it makes no new version."""
        return self.exclude(verb__in=TALK)

    def for_reading(self) -> EventQuerySet:
        """Fetch with each event who acted and what it is about."""
        return self.select_related("actor__organization", "recommendation")

    def latest_first(self) -> EventQuerySet:
        """Sort by when it was recorded, the latest first."""
        return self.order_by("-recorded_at", "-id")

    def about(self, subject: Subject, key: str) -> EventQuerySet:
        """Keep one chain, oldest first."""
        return self.filter(subject=subject, subject_key=key).order_by("sequence")


class Event(models.Model):
    """Who did what to which thing, when, and what changed.

    `before` and `after` hold the changed fields only. `sequence`, `previous_hash` and `hash` are set by a trigger
    (migration 0002), which hashes `actor_key` and not the name, so that a person can be renamed without breaking it.
    """

    subject = models.CharField(max_length=16, choices=Subject)
    subject_key = models.CharField(max_length=80)
    recommendation = models.ForeignKey(
        "recommendations.Recommendation", models.PROTECT, related_name="events", null=True
    )
    sequence = models.PositiveIntegerField(default=0)
    verb = models.CharField(max_length=24, choices=Verb)
    actor = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)
    actor_key = models.CharField(max_length=36)
    recorded_at = models.DateTimeField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.UniqueConstraint(fields=("subject", "subject_key", "sequence"), name="event_sequence"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="event_subject"),
            models.CheckConstraint(
                condition=Q(recommendation__isnull=False) | ~Q(subject=Subject.RECOMMENDATION),
                name="event_of_recommendation",
            ),
        )
        indexes = (
            models.Index("recorded_at", "id", name="event_by_time"),
            models.Index("recommendation", "recorded_at", name="event_of_item_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.subject_key} #{self.sequence} {self.verb}"
