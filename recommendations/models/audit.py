"""What came of looking over history: the last verdict is kept, so that it can be told without looking again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audit(models.Model):
    """One check of all of history: what was looked at, in how many seconds, and how much of it was broken.

    `first_breaks` holds the first of them, as `verify_history --format json` prints them.
    """

    checked_at = models.DateTimeField(_("checked"))
    seconds = models.FloatField(_("seconds"))
    events = models.BigIntegerField(_("events"))
    chains = models.BigIntegerField(_("chains"))
    heads = models.IntegerField(_("heads"))
    breaks = models.IntegerField(_("breaks"))
    first_breaks = models.JSONField(default=list)

    objects: models.Manager[Audit]

    class Meta:
        verbose_name = _("audit of history")
        verbose_name_plural = _("audits of history")
        ordering = ("-checked_at", "-id")

    def __str__(self) -> str:
        return f"{self.checked_at} {self.events}"

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed or put in between."""
        return self.breaks == 0
