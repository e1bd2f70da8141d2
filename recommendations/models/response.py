"""What the addressee answered to a recommendation."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.vocabulary import Answer


class Response(models.Model):
    """An organization's answer on a date, with its statement and evidence. Never changed: a new one follows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey("recommendations.Recommendation", models.PROTECT, related_name="responses")
    organization = models.ForeignKey("recommendations.Organization", models.PROTECT, related_name="responses")
    answer = models.CharField(_("response"), max_length=12, choices=Answer)
    responded_on = models.DateField(_("date"))
    statement = models.TextField(_("statement"), blank=True, default="")
    evidence = models.ManyToManyField("recommendations.Evidence", related_name="responses")
    author = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="responses")
    recorded_at = models.DateTimeField()

    objects: models.Manager[Response]

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ("-responded_on", "-id")
        constraints = (models.CheckConstraint(condition=models.Q(answer__in=Answer.values), name="response_answer"),)

    def __str__(self) -> str:
        return f"{self.get_answer_display()} ({self.responded_on})"
