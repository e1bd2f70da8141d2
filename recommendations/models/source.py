"""Documents that recommend, and their texts as read in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from recommendations.models.person import Language
from recommendations.models.recommendation import Recommendation
from recommendations.models.translated import translated, written
from recommendations.rules import calendar
from recommendations.rules.calendar import Precision
from recommendations.texts.reading import restore

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register
    from recommendations.texts.reading import Reading


class SourceQuerySet(models.QuerySet["Source"]):
    """Chainable questions about sources."""

    def with_counts(self, person: Person | Register | AnonymousUser | None) -> SourceQuerySet:
        """Add `recommendation_count` (those the person may know of) and `read_at` (None without a text)."""
        items = Recommendation.objects.visible_to(person).standing().filter(source=OuterRef("pk")).order_by()
        newest = Snapshot.objects.filter(source=OuterRef("pk")).order_by("-number")
        return self.annotate(
            recommendation_count=Coalesce(
                Subquery(items.values("source").annotate(count=Count("pk")).values("count")), 0
            ),
            read_at=Subquery(newest.values("read_at")[:1]),
        )


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

    objects = SourceQuerySet.as_manager()

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

    @property
    def published_in_words(self) -> str:
        """When it was published in the reader's language, or an empty text."""
        return written(self.published_on, Precision(self.published_precision)) if self.published_on else ""


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Chainable questions about snapshots."""

    def newest_first(self) -> SnapshotQuerySet:
        """Sort by number, the newest first."""
        return self.order_by("-number")

    def without_content(self) -> SnapshotQuerySet:
        """Leave the bytes in the database: they may be megabytes, and only reading them anew needs them."""
        return self.defer("content")


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

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ("source", "number")
        constraints = (models.UniqueConstraint(fields=("source", "number"), name="snapshot_number"),)

    def __str__(self) -> str:
        return f"{self.source_id} #{self.number}"

    @property
    def reading(self) -> Reading:
        """The text with its paragraphs as they were read, whatever the reader of texts would make of it today."""
        return restore(self.text, self.media_type, self.paragraphs)
