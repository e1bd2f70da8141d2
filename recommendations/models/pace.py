"""How long recommendations of one instrument are usually silent between two acts of follow-up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import ExtractDay, JSONObject
from django.utils.translation import gettext_lazy as _

from recommendations.rules.calendar import Silence
from recommendations.rules.lifecycle import is_open
from recommendations.rules.vocabulary import Instrument

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def pace_of(instrument: models.OuterRef) -> models.QuerySet[Pace, Any]:
    """Return the pace of an instrument as an object, for a subquery: {"gaps", "days"}."""
    named = JSONObject(gaps="gaps", days=ExtractDay("ninth_decile"))
    found: models.QuerySet[Pace, Any] = Pace.objects.filter(instrument=instrument).values(object=named)
    return found


def silence(row: Mapping[str, Any], today: dt.date) -> Silence:
    """Say for how long an item is silent. `row` has status, withdrawn_at, elements, heard_at, created_at, `pace` (or None).

    What is split is followed up by its parts: it is not silent itself.
    """
    pace = row["pace"] or {}
    return Silence(
        is_open=row["withdrawn_at"] is None and not row["elements"] and is_open(row["status"]),
        since=(row["heard_at"] or row["created_at"]).astimezone(dt.UTC).date(),
        today=today,
        gaps=pace.get("gaps", 0),
        ninth_decile=pace.get("days"),
    )
