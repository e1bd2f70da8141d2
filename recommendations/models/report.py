"""Frozen publications: what the register said as of a moment, as strangers saw it, in bytes that nobody changes any more."""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.event import Event, Subject, Verb
from recommendations.models.translated import translated
from recommendations.rules import publication

if TYPE_CHECKING:
    import datetime as dt


class ReportQuerySet(models.QuerySet["Report"]):
    """Chainable questions about publications."""

    def listed(self) -> ReportQuerySet:
        """Leave the contents where they are, the newest first."""
        return self.defer("content").order_by("-published_at", "-id")

    def with_newest(self) -> ReportQuerySet:
        """Fetch with each the id of the newest one of its name, as `newest`."""
        same = Report.objects.filter(name=models.OuterRef("name")).order_by("-published_at", "-id")
        return self.annotate(newest=models.Subquery(same.values("uuid")[:1]))


class Report(models.Model):
    """A publication. `content` is the file that is handed out (see reports/publication.py), `sha256` the hash of its bytes,
    which its event says too. The database refuses to change or delete one (migration 0040).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=publication.LONGEST_NAME)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300, blank=True, default="")
    as_of = models.DateTimeField(_("as of"))
    published_at = models.DateTimeField(_("published"))
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        indexes = (models.Index("name", models.F("published_at").desc(), name="report_by_name"),)

    def __str__(self) -> str:
        return f"{self.name} {self.as_of:%Y-%m-%d}"

    @property
    def title(self) -> str:
        """The title in the reader's language, or in the other one while there is no translation."""
        return translated(self, "title")

    @cached_property
    def said(self) -> dict[str, Any]:
        """What it says: {"manifest", "parts"}."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    def other_of_name(self, *, is_newer: bool) -> Report | None:
        """Return the newest of the same name if that is another one, or the one that this took the place of."""
        same = Report.objects.listed().filter(name=self.name)
        moment: dt.datetime = self.published_at
        found = same.filter(published_at__gt=moment) if is_newer else same.filter(published_at__lt=moment)
        return found.first()

    def event(self) -> Event | None:
        """Return what history says of its publication; None if it says nothing."""
        return Event.objects.filter(subject=Subject.REPORT, subject_key=str(self.uuid), verb=Verb.PUBLISHED).first()

    def is_as_published(self) -> bool:
        """Tell whether its bytes are those whose hash history recorded when it was published."""
        event = self.event()
        found = publication.digest(self.content.encode())
        return event is not None and event.after.get("sha256") == found == self.sha256
