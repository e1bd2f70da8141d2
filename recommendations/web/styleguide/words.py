"""The frame of a page and what it tells: banners, messages, notices, empty states, progress."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace as Plain
from typing import Final

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.models import Source
from recommendations.models.keyset import Page
from recommendations.rules.moments import AsOf
from recommendations.web.styleguide.specimen import ADDRESS, NOW, Specimen

_MESSAGES: Final = {
    constants.SUCCESS: gettext_lazy("It is saved."),
    constants.INFO: gettext_lazy("Nothing has changed since."),
    constants.WARNING: gettext_lazy("It is saved, and one link in it leads nowhere."),
    constants.ERROR: gettext_lazy("It could not be sent."),
}


def frame() -> list[Specimen]:
    """Return what stands around the middle of a page; head and foot are those of this page itself."""
    looked = AsOf("2026-02-01", NOW, dt.date(2026, 2, 1), is_day=True)
    return [
        Specimen("_demonstration.html", {"has_demonstration": True}),
        Specimen("_as_of.html", {"as_of": looked}),
        Specimen("_as_of_field.html"),
        Specimen("source/_views.html", {"source": Source(slug="sample"), "view": "text", "has_texts": True}),
        Specimen("_pager.html", {"page": Page([], "after", "before"), "query": ""}),
    ]


def told() -> list[Specimen]:
    """Return what a page says about what was done, what is missing, and what is not there."""
    empty = {
        "heading": _("Nothing is here yet"),
        "text": _("It says what would stand here, and what to do."),
        "address": ADDRESS,
        "way_out": _("The way to begin"),
    }
    suppression = Plain(email="reader@example.org", since=NOW, get_reason_display=_("The mailbox is full"), detail="")
    return [
        Specimen("_messages.html", {"messages": [Message(level, str(text)) for level, text in _MESSAGES.items()]}),
        Specimen("_empty.html", empty),
        Specimen("_progress.html", {"done": 64, "total": 100, "label": _("Rows done")}),
        Specimen("subscription/_suppressed.html", {"suppression": suppression}),
    ]
