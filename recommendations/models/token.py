"""Keys for programs: kept as a hash, shown once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    import datetime as dt


class TokenScope(models.TextChoices):
    """What a key opens."""

    READ = "read", pgettext_lazy("token", "Read")
    WRITE = "write", pgettext_lazy("token", "Read and write")


class TokenQuerySet(models.QuerySet["Token"]):
    """Chainable questions about keys."""

    def usable(self, now: dt.datetime) -> TokenQuerySet:
        """Keep those that open something now."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, person__is_active=True)


class Token(models.Model):
    """A key of a person; `prefix` is its readable beginning, `sha256` the hash of the whole."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("recommendations.Person", models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=5, choices=TokenScope, default=TokenScope.READ)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=models.Q(scope__in=TokenScope.values), name="token_scope"),)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"
