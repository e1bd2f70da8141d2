"""The tracked item, and the questions one asks of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from recommendations.models import flags, narrowing, search
from recommendations.models.assignment import Assignment, AssignmentRole
from recommendations.models.follow import Follow
from recommendations.models.orders import SortKey, due_on, priority_rank, status_rank
from recommendations.models.person import role_of
from recommendations.models.theme import Theme
from recommendations.models.translated import translated
from recommendations.rules import access, calendar, references
from recommendations.rules.access import Visibility
from recommendations.rules.calendar import Delivery, Freshness
from recommendations.rules.lifecycle import CLOSED, Status
from recommendations.rules.vocabulary import Answer, Instrument, Priority

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.rules.selection import Selection

# What statistics count by: read from an index alone, and not from all that an item says.
FIGURES: Final = (
    "id",
    "elements",
    "status",
    "reported_status",
    "verified_status",
    "answer",
    "target_on",
    "assessed_on",
)


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Chainable questions about recommendations."""

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> RecommendationQuerySet:
        """Keep what the person may know of; everything else does not exist for them."""
        if access.may_read_internal(role_of(person)):
            return self
        return self.filter(visibility=Visibility.PUBLIC)

    def standing(self) -> RecommendationQuerySet:
        """Keep those not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def rated(self) -> RecommendationQuerySet:
        """Leave out what is split: its status is computed of its parts, which are counted instead."""
        return self.filter(elements=0)

    def open(self) -> RecommendationQuerySet:
        """Keep those with something left to follow up."""
        return self.standing().exclude(status__in=CLOSED)

    def owned_by(self, person: Person) -> RecommendationQuerySet:
        """Keep those assigned to the person or the person's organization."""
        mine = Assignment.objects.standing().of(person).filter(recommendation=OuterRef("pk"))
        return self.filter(Exists(mine))

    def followed_by(self, person: Person) -> RecommendationQuerySet:
        """Keep those that the person follows."""
        return self.filter(Exists(Follow.objects.filter(recommendation=OuterRef("pk"), person=person)))

    def under(self, *slugs: str) -> RecommendationQuerySet:
        """Keep those under one of these themes."""
        return self.filter(Exists(Theme.objects.filter(recommendations=OuterRef("pk"), slug__in=slugs)))

    def assigned_to(self, *slugs: str, role: AssignmentRole | None = None) -> RecommendationQuerySet:
        """Keep those for which one of these organizations is responsible, in `role` or in any."""
        theirs = Assignment.objects.standing().filter(recommendation=OuterRef("pk"), organization__slug__in=slugs)
        return self.filter(Exists(theirs.filter(role=role) if role else theirs))

    def with_delivery(self, *values: Delivery, today: dt.date) -> RecommendationQuerySet:
        """Keep those on time or not as `rules.calendar.delivery` says."""
        return self.filter(flags.delivery(values, today))

    def overdue(self, today: dt.date) -> RecommendationQuerySet:
        """Keep standing ones whose target date has passed."""
        return self.standing().with_delivery(Delivery.OVERDUE, today=today)

    def with_freshness(self, *values: Freshness, today: dt.date) -> RecommendationQuerySet:
        """Keep those last looked at as `rules.calendar.freshness` says."""
        return self.filter(flags.freshness(values, today))

    def stalled(self, today: dt.date, *, wanted: bool = True) -> RecommendationQuerySet:
        """Keep those that are open and unusually silent, as `rules.calendar.Silence` says (or all others)."""
        return self.filter(flags.stalled(today) if wanted else ~flags.stalled(today))

    def with_disagreement(self, *, wanted: bool = True) -> RecommendationQuerySet:
        """Keep those that the owner and the reviewer rate differently (or, not wanted, all others)."""
        return self.filter(flags.DISAGREEMENT if wanted else ~flags.DISAGREEMENT)

    def with_lost_evidence(self) -> RecommendationQuerySet:
        """Keep those of which a rating rests on a link that leads nowhere any more."""
        return self.filter(flags.lost_evidence())

    def matching(self, words: str) -> RecommendationQuerySet:
        """Keep those with these words in either language, in any word form, or with this reference."""
        found = Q(search=search.query(words))
        reference = references.meant(words)
        return self.filter(found | Q(reference=reference) if reference else found)

    def selected(
        self, wanted: Selection, *, person: Person | Register | AnonymousUser | None, today: dt.date
    ) -> RecommendationQuerySet:
        """Keep what a list, feed or export asks for; see rules/selection.py. Withdrawn ones only when asked for."""
        return narrowing.narrowed(self, wanted, person=person, today=today)


class Recommendation(models.Model):
    """What was proposed. The columns from `status` on are kept by `followup` and `response`: see the decisions."""

    reference = models.CharField(_("reference"), max_length=22, unique=True)
    sort_key = models.GeneratedField(
        expression=SortKey(F("reference")), output_field=models.CharField(max_length=24), db_persist=True
    )
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True, default="")
    description_en = models.TextField(_("description in English"), blank=True, default="")
    description_ru = models.TextField(_("description in Russian"), blank=True, default="")
    source = models.ForeignKey(
        "recommendations.Source", models.PROTECT, verbose_name=_("source"), related_name="recommendations"
    )
    themes = models.ManyToManyField("recommendations.Theme", verbose_name=_("themes"), related_name="recommendations")
    instrument = models.CharField(_("instrument"), max_length=24, choices=Instrument, default=Instrument.OTHER)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    target_on = models.DateField(_("target date"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("parent"), related_name="children", null=True, blank=True
    )
    visibility = models.CharField(_("visibility"), max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("merged into"), related_name="duplicates", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("registered"))
    updated_at = models.DateTimeField(_("last change"))

    status = models.CharField(_("status"), max_length=14, choices=Status, default=Status.NOT_ASSESSED)
    reported_status = models.CharField(
        _("self-reported status"), max_length=14, choices=Status, default=Status.NOT_ASSESSED
    )
    verified_status = models.CharField(_("reviewed status"), max_length=14, choices=Status, default=Status.NOT_ASSESSED)
    reported = models.ForeignKey("recommendations.Assessment", models.PROTECT, related_name="+", null=True)
    verified = models.ForeignKey("recommendations.Assessment", models.PROTECT, related_name="+", null=True)
    assessed_on = models.DateField(_("last assessed"), null=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    elements = models.PositiveIntegerField(_("elements"), default=0, db_default=0)
    answer = models.CharField(_("response"), max_length=12, choices=Answer, blank=True, default="")

    search = models.GeneratedField(
        expression=search.vector("title", weight="A") + search.vector("description", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ("sort_key",)
        constraints = (
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Z][A-Z0-9]{0,11}-[0-9]{1,9}$"), name="recommendation_reference"
            ),
            models.CheckConstraint(condition=Q(instrument__in=Instrument.values), name="recommendation_instrument"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="recommendation_priority"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="recommendation_visibility"),
            models.CheckConstraint(
                condition=Q(
                    status__in=Status.values, reported_status__in=Status.values, verified_status__in=Status.values
                ),
                name="recommendation_status",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="recommendation_not_own_parent"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(withdrawn_at__isnull=False) & ~Q(merged_into=F("id"))),
                name="recommendation_merged_is_withdrawn",
            ),
        )
        indexes: ClassVar[list[models.Index]] = [
            models.Index("sort_key", "id", name="recommendation_by_key"),
            models.Index("updated_at", "id", name="recommendation_by_update"),
            models.Index("target_on", "id", name="recommendation_by_target"),
            models.Index("status", "sort_key", name="recommendation_by_status"),
            models.Index(due_on(), "id", name="recommendation_by_due"),
            models.Index(priority_rank(), "id", name="recommendation_by_priority"),
            models.Index(status_rank(), "id", name="recommendation_by_stage"),
            GinIndex("search", name="recommendation_search"),
            models.Index(
                fields=["visibility", "source"],
                condition=Q(withdrawn_at__isnull=True),
                include=FIGURES,
                name="recommendation_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return translated(self, "title")

    @property
    def description(self) -> str:
        """The description in the reader's language."""
        return translated(self, "description")

    @property
    def is_self_reported(self) -> bool:
        """Whether the leading status is only what the owner says."""
        return self.verified_status == Status.NOT_ASSESSED != self.reported_status

    @property
    def disagrees(self) -> bool:
        """Whether owner and reviewer rate it differently."""
        rated = Status.NOT_ASSESSED not in {self.reported_status, self.verified_status}
        return rated and self.reported_status != self.verified_status

    def delivery(self, today: dt.date) -> Delivery:
        """Whether it is on time on that day."""
        return calendar.delivery(self.target_on, self.status, today)

    def freshness(self, today: dt.date) -> Freshness:
        """When anybody last looked, seen from that day."""
        return calendar.freshness(self.assessed_on, today)
