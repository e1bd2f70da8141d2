"""Content into words: subject, text and HTML in the reader's language and time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import css_inline
from django.template.loader import get_template
from django.utils import formats, timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import recommendations
from recommendations.digests import links, wording
from recommendations.digests.message import clean
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.safestring import SafeString

    from recommendations.digests.audience import Reader
    from recommendations.digests.compose import Content

_CSS: Final = (Path(recommendations.__file__).parent / "static" / "recommendations" / "mail.css").read_text("utf-8")
_BEGIN, _END = "<!--digest-->", "<!--/digest-->"
_TAG: Final = re.compile(r"<[^>]*>")
_STYLE: Final = re.compile(r' style="[^"]*"')
_INLINER: Final = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest in words."""

    subject: str
    text: str
    html: str


def render(reader: Reader, content: Content) -> Rendered:
    """Write one digest. No query: all that is needed is in `reader` and `content`."""
    with translation.override(reader.subscription.language), timezone.override(reader.zone):
        page = _page(reader, content)
        html = _template("mail/digest.html").render(page)
        text = _template("mail/digest.txt").render(page)
        return Rendered(page["subject"], _tidy(text), _tidy(_INLINER.inline(html)))


def shown(html: str) -> SafeString:
    """Return the visible part of a mail for a page of ours: the same words and classes, no styles of its own.

    The mail was made by our template, which escaped what people wrote; our policy allows no style attributes.
    """
    start, end = html.find(_BEGIN), html.find(_END)
    return mark_safe(_TAG.sub(lambda tag: _STYLE.sub("", tag[0]), html[start:end]) if start >= 0 else "")  # noqa: S308


@cache
def _template(name: str) -> Any:
    return get_template(name)


def _page(reader: Reader, content: Content) -> dict[str, Any]:
    subscription, days = reader.subscription, reader.horizon
    return {
        "css": mark_safe(_CSS),  # noqa: S308 - our own file
        "subject": _subject(reader),
        "gist": _gist(content),
        "language": subscription.language,
        "name": clean(reader.person.name),
        "email": clean(reader.person.email),
        "about": wording.about(subscription),
        "first": reader.period.start,
        "last": reader.period.end,
        "owed": wording.duties(content.owed, days),
        "changed": wording.changes(content.changed),
        "due": wording.duties(content.due, days),
        "stale": wording.duties(content.stale, days),
        "head": wording.state_of(content.head),
        "home": links.page(),
        "mine": links.page("my/"),
        "history": links.page("history/"),
        "upcoming": links.page("recommendations/?delivery=due_soon,overdue"),
        "silent": links.page("recommendations/?freshness=stale"),
        "settings": links.page("digests/"),
        "unsubscribe": links.unsubscribe(subscription),
    }


def _subject(reader: Reader) -> str:
    end = reader.period.end.astimezone(reader.zone)
    if reader.subscription.cadence == Cadence.MONTHLY:
        return _("Monthly digest of the register, %(day)s") % {"day": _day(end)}
    if reader.subscription.cadence == Cadence.WEEKLY:
        return _("Weekly digest of the register, %(day)s") % {"day": _day(end)}
    return _("Daily digest of the register, %(day)s") % {"day": _day(end)}


def _gist(content: Content) -> list[str]:
    """What is in it, at a glance: one short sentence for each section that says something."""
    sections = (content.owed, content.changed, content.due, content.stale)
    owed, changed, due, stale = (len(section.rows) for section in sections)
    sentences = (
        ngettext("%(count)s item is yours to do", "%(count)s items are yours to do", owed),
        ngettext("%(count)s change", "%(count)s changes", changed),
        ngettext("%(count)s date", "%(count)s dates", due),
        ngettext(
            "%(count)s item went stale or lost its evidence", "%(count)s items went stale or lost their evidence", stale
        ),
    )
    return [s % {"count": section.size} for s, section in zip(sentences, sections, strict=True) if section.rows]


def _day(moment: dt.datetime) -> str:
    return formats.date_format(moment, "j E Y")


def _tidy(text: str) -> str:
    """Drop the blank lines that tags leave: at most one in a row, none at the ends."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept) + "\n"
