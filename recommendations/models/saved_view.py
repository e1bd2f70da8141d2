"""Lists that people come back to."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A selection under a name; `query` is that of the list's address, as `rules.selection` reads it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="saved_views")
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("filters"), max_length=2000, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: models.Manager[SavedView]

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = (models.UniqueConstraint(fields=("person", "name"), name="saved_view_name"),)

    def __str__(self) -> str:
        return self.name
