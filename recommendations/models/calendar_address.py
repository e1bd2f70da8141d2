"""Secret addresses at which calendars fetch due dates."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.person import Language


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    """Chainable questions about addresses of calendars."""

    def usable(self) -> CalendarAddressQuerySet:
        """Keep those that open something."""
        return self.filter(revoked_at__isnull=True, person__is_active=True)


class CalendarAddress(models.Model):
    """A person's selection as a calendar. Of the secret only its hash is kept; `prefix` is its readable beginning."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="calendar_addresses")
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("filters"), max_length=2000, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    prefix = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name
