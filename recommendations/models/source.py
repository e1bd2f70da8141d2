"""Documents that recommend, their texts as read in, and where in them a recommendation stands."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recommendations.models.person import Language
from recommendations.models.recommendation import Recommendation
from recommendations.models.translated import translated
from recommendations.rules import calendar
from recommendations.rules.calendar import Precision

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register


class Source(models.Model):
    """A document that recommends. `published_on` is the first day that `published_precision` leaves possible."""

    slug = models.CharField(_("short name for addresses"), max_length=80, unique=True)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True, default="")
    authors = models.CharField(_("authors"), max_length=300, blank=True, default="")
    publisher = models.CharField(_("publisher"), max_length=300, blank=True, default="")
    published_on = models.DateField(_("published"), null=True, blank=True)
    published_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=Precision, default=Precision.DAY
    )
    language = models.CharField(_("language of the text"), max_length=2, choices=Language, default=Language.ENGLISH)
    url = models.CharField(_("address"), max_length=2000, blank=True, default="")
    rights_note_en = models.CharField(_("note on rights in English"), max_length=600, blank=True, default="")
    rights_note_ru = models.CharField(_("note on rights in Russian"), max_length=600, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: models.Manager[Source]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(published_precision__in=Precision.values), name="source_published_precision"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return translated(self, "title")

    @property
    def rights_note(self) -> str:
        """The note on rights in the reader's language."""
        return translated(self, "rights_note")

    @property
    def published(self) -> str:
        """The day, month or year of publication as ISO 8601 writes it, or an empty text."""
        return calendar.iso_partial(self.published_on, self.published_precision) if self.published_on else ""


class Snapshot(models.Model):
    """The text of a source as read in at a moment; `number` counts from 1 within the source.

    `paragraphs` is a list of `{"number", "start", "end", "kind", "repeats", "section"}` with character offsets
    into `text`.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    text = models.TextField()
    paragraphs = models.JSONField()
    read_at = models.DateTimeField()
    read_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)

    objects: models.Manager[Snapshot]

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ("source", "number")
        constraints = (
            models.UniqueConstraint(fields=("source", "number"), name="snapshot_number"),
            models.UniqueConstraint(fields=("source", "sha256"), name="snapshot_once"),
        )

    def __str__(self) -> str:
        return f"{self.source_id} #{self.number}"


class PassageQuerySet(models.QuerySet["Passage"]):
    """Chainable questions about passages."""

    def of_source(self, source: Source) -> PassageQuerySet:
        """Keep a source's passages, each with its recommendation, in the order of the register."""
        return (
            self.filter(source=source).select_related("recommendation").order_by("recommendation__sort_key", "position")
        )

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> PassageQuerySet:
        """Keep those of recommendations that the person may know of."""
        return self.filter(
            recommendation__in=Recommendation.objects.visible_to(person), recommendation__withdrawn_at=None
        )


class Passage(models.Model):
    """That a source says a recommendation, and how to find it: section heading, paragraph and search words."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="passages")
    source = models.ForeignKey(Source, models.PROTECT, related_name="passages")
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
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="anchors")
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
