"""Quantities that are watched, and their dated values."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from recommendations.models.recommendation import Recommendation
from recommendations.models.translated import translated

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from recommendations.models.person import Person, Register


class Direction(models.TextChoices):
    """Which way is good."""

    UP = "up", _("Up is good")
    DOWN = "down", _("Down is good")
    NEITHER = "neither", _("Neither is good")


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Chainable questions about indicators."""

    def visible_to(self, person: Person | Register | AnonymousUser | None) -> IndicatorQuerySet:
        """Keep the indicators of recommendations that the person may know of, and those of none."""
        through = Indicator.recommendations.through.objects.filter(indicator=OuterRef("pk"))
        seen = through.filter(recommendation__in=Recommendation.objects.visible_to(person))
        return self.filter(Exists(seen) | ~Exists(through))


class Indicator(models.Model):
    """A quantity with its unit. A context indicator describes the surroundings, not what was achieved."""

    slug = models.CharField(_("short name for addresses"), max_length=80, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendations = models.ManyToManyField("recommendations.Recommendation", related_name="indicators")
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True, default="")
    unit_en = models.CharField(_("unit in English"), max_length=60, blank=True, default="")
    unit_ru = models.CharField(_("unit in Russian"), max_length=60, blank=True, default="")
    direction = models.CharField(_("direction"), max_length=7, choices=Direction, default=Direction.NEITHER)
    is_context = models.BooleanField(_("context only"), default=False)
    baseline = models.DecimalField(_("baseline"), max_digits=20, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=4, null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(direction__in=Direction.values), name="indicator_direction"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return translated(self, "title")

    @property
    def unit(self) -> str:
        """The unit in the reader's language."""
        return translated(self, "unit")


class Observation(models.Model):
    """A value for a period (first and last day; equal for a single day), as a range where the source gives one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="observations")
    period_start = models.DateField(_("first day"))
    period_end = models.DateField(_("last day"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    value_high = models.DecimalField(_("upper value"), max_digits=20, decimal_places=4, null=True, blank=True)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True, default="")
    note_ru = models.CharField(_("note in Russian"), max_length=300, blank=True, default="")
    source = models.ForeignKey("recommendations.Source", models.PROTECT, related_name="observations", null=True)
    evidence = models.ForeignKey("recommendations.Evidence", models.PROTECT, related_name="observations", null=True)
    recorded_at = models.DateTimeField()

    objects: models.Manager[Observation]

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("indicator", "period_end", "period_start")
        constraints = (
            models.UniqueConstraint(fields=("indicator", "period_start", "period_end"), name="observation_once"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="observation_period"
            ),
            models.CheckConstraint(
                condition=models.Q(value_high__isnull=True) | models.Q(value_high__gte=models.F("value")),
                name="observation_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.value} ({self.period_start}–{self.period_end})"

    @property
    def note(self) -> str:
        """The note in the reader's language."""
        return translated(self, "note")
