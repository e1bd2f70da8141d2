"""Who follows which recommendation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Follow(models.Model):
    """A person's wish to hear of a recommendation; it is theirs alone, and gone when they no longer follow."""

    person = models.ForeignKey("recommendations.Person", models.CASCADE, related_name="follows")
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="follows")
    since = models.DateTimeField()

    objects: models.Manager[Follow]

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = (models.UniqueConstraint(fields=("person", "recommendation"), name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.recommendation_id}"
