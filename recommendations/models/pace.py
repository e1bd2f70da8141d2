"""How long recommendations of one instrument are usually silent between two acts of follow-up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.vocabulary import Instrument


class Pace(models.Model):
    """The gaps between follow-up events of one instrument's recommendations: how many, and nine in ten are shorter.

    A summary of history that one verb keeps, so that *stalled* can be asked of any list; a test recounts it.
    """

    instrument = models.CharField(max_length=24, choices=Instrument, unique=True)
    gaps = models.PositiveIntegerField()
    ninth_decile = models.DurationField()
    measured_at = models.DateTimeField()

    objects: models.Manager[Pace]

    class Meta:
        verbose_name = _("pace")
        verbose_name_plural = _("paces")
        constraints = (
            models.CheckConstraint(condition=models.Q(instrument__in=Instrument.values), name="pace_instrument"),
        )

    def __str__(self) -> str:
        return f"{self.instrument} {self.ninth_decile}"
