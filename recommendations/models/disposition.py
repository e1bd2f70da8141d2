"""Why a sentence of a source that recommends something is not tracked."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.rules.coverage import Reason


class Disposition(models.Model):
    """A steward's statement on a sentence, found again in later snapshots by the hash of its folded words."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey("recommendations.Source", models.PROTECT, related_name="dispositions")
    sentence_sha256 = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    stated_by = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="+", null=True)
    stated_at = models.DateTimeField()

    objects: models.Manager[Disposition]

    class Meta:
        verbose_name = _("reason for not tracking")
        verbose_name_plural = _("reasons for not tracking")
        constraints = (
            models.UniqueConstraint(fields=("source", "sentence_sha256"), name="disposition_once"),
            models.CheckConstraint(condition=models.Q(reason__in=Reason.values), name="disposition_reason"),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.reason}"
