"""Where a source says a recommendation, and where that stands in each of its texts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Greatest, Least, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.recommendation import Recommendation
from recommendations.models.source import Snapshot
from recommendations.models.translated import translated
from recommendations.texts.selectors import Selectors

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.models.source import Source


class PassageQuerySet(models.QuerySet["Passage"]):
    """Chainable questions about passages."""

    def of_source(self, source: Source) -> PassageQuerySet:
        """Keep a source's passages, each with its recommendation, in the order of the register."""
        return (
            self.filter(source=source)
            .select_related("recommendation__merged_into")
            .order_by("recommendation__sort_key", "position")
        )

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> PassageQuerySet:
        """Keep those of recommendations that the person may know of and that are tracked, as itself or as another."""
        known = Recommendation.objects.visible_to(person)
        tracked = Q(recommendation__withdrawn_at=None) | Q(recommendation__merged_into__in=known.standing())
        return self.filter(tracked, recommendation__in=known)

    def with_place(self, around: int = 0) -> PassageQuerySet:
        """Fetch with each passage its anchor in the newest text of its source: see `Passage.place`.

        The anchor's `before` and `after` are so many characters `around` it; the text itself stays in the database.
        """
        newest = Snapshot.objects.filter(source=OuterRef("passage__source")).newest_first().values("pk")[:1]
        start, end, text = F("start"), F("end"), F("snapshot__text")
        before = Substr(text, Greatest(start - around, 0) + 1, Least(start, Value(around)))
        return self.prefetch_related(
            Prefetch(
                "anchors",
                Anchor.objects.filter(snapshot=Subquery(newest))
                .select_related("snapshot")
                .annotate(before=before, after=Substr(text, end + 1, Value(around)))
                .defer("snapshot__content", "snapshot__text", "snapshot__paragraphs"),
                to_attr="places",
            )
        )


class Passage(models.Model):
    """That a source says a recommendation, and how to find it: section heading, paragraph and search words."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="passages")
    source = models.ForeignKey("recommendations.Source", models.PROTECT, related_name="passages")
    position = models.PositiveSmallIntegerField(default=1)
    section = models.CharField(max_length=300, blank=True, default="")
    paragraph = models.PositiveIntegerField(null=True)
    first_words = models.CharField(max_length=120, blank=True, default="")
    last_words = models.CharField(max_length=120, blank=True, default="")
    label_en = models.CharField(_("label in English"), max_length=120, blank=True, default="")
    label_ru = models.CharField(_("label in Russian"), max_length=120, blank=True, default="")

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ("recommendation", "position")
        constraints = (
            models.UniqueConstraint(fields=("recommendation", "source", "position"), name="passage_position"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation_id}/{self.position}"

    @property
    def place(self) -> Anchor | None:
        """Its anchor in the newest text, when fetched `with_place()`; None while no text was read in."""
        places: list[Anchor] = self.places  # type: ignore[attr-defined]
        return places[0] if places else None

    @property
    def tracked(self) -> Recommendation:
        """What it is followed up as: its own recommendation, or the one that this was merged into."""
        return self.recommendation.merged_into or self.recommendation

    @property
    def label(self) -> str:
        """What this passage is among those of its recommendation, in the reader's language; often empty."""
        return translated(self, "label")


class AnchorState(models.TextChoices):
    """What became of a passage in a snapshot."""

    ANCHORED = "anchored", pgettext_lazy("passage", "Anchored")
    MOVED = "moved", pgettext_lazy("passage", "Moved")
    ALTERED = "altered", pgettext_lazy("passage", "Altered")
    LOST = "lost", pgettext_lazy("passage", "Lost")


class Anchor(models.Model):
    """Where a passage stands in one snapshot: W3C TextQuoteSelector and TextPositionSelector (empty when lost).

    `similarity` to the quote of the snapshot before: 1 for the same words, 0 when nothing like it was found.
    """

    passage = models.ForeignKey(Passage, models.PROTECT, related_name="anchors")
    snapshot = models.ForeignKey("recommendations.Snapshot", models.PROTECT, related_name="anchors")
    state = models.CharField(max_length=10, choices=AnchorState)
    exact = models.TextField(blank=True, default="")
    prefix = models.TextField(blank=True, default="")
    suffix = models.TextField(blank=True, default="")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    paragraph = models.PositiveIntegerField(null=True)
    similarity = models.FloatField(default=1.0)

    objects: models.Manager[Anchor]

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        constraints = (
            models.UniqueConstraint(fields=("passage", "snapshot"), name="anchor_once_per_snapshot"),
            models.CheckConstraint(condition=models.Q(state__in=AnchorState.values), name="anchor_state"),
            models.CheckConstraint(
                condition=models.Q(state=AnchorState.LOST) | models.Q(start__isnull=False, end__gt=models.F("start")),
                name="anchor_has_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.passage_id} {self.state}"

    @property
    def selectors(self) -> Selectors | None:
        """Quote and place as `texts` has them; None for a lost passage."""
        if self.start is None or self.end is None:
            return None
        return Selectors(self.exact, self.prefix, self.suffix, self.start, self.end, self.paragraph or 0)
