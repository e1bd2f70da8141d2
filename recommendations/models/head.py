"""The published heads of history: one line a day that all events up to it hang on."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from recommendations.rules import moments


class Head(models.Model):
    """The end of a day's history. `root` is the SHA-256 over the root before it and the hashes of all events since, in
    the order of their ids; whoever noted a root can tell that nothing up to `last_event` was altered, removed, put in
    between or cut off. `events` counts from the beginning. The database counts and hashes itself (migration 0100), and
    refuses to change or delete a head.
    """

    day = models.DateField(_("day"), unique=True)
    last_event = models.BigIntegerField()
    events = models.BigIntegerField(_("events"))
    previous_root = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published"))

    objects: models.Manager[Head]

    class Meta:
        verbose_name = _("head of history")
        verbose_name_plural = _("heads of history")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"


def as_plain(head: Head) -> dict[str, Any]:
    """Return a head as JSON says it."""
    said = {name: getattr(head, name) for name in ("events", "last_event", "previous_root", "root")}
    return {"day": head.day.isoformat(), **said, "published_at": moments.written(head.published_at)}


def published() -> dict[str, Any]:
    """Return what heads.json says: how many chains there are now, and all heads, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recommendations_event WHERE sequence = 1")
        chains = cursor.fetchone()[0]
    return {"chains": chains, "heads": [as_plain(head) for head in Head.objects.order_by("day")]}
