"""Content into words: subject, text and HTML in the reader's language and time zone. What many get is made once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.digests import chapters, links, plain, tables, wording
from recommendations.digests.figures import figures
from recommendations.digests.inline import AT_RULES, inlined, template
from recommendations.digests.message import clean
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from recommendations.digests.audience import Reader
    from recommendations.digests.chapters import Chapter
    from recommendations.digests.compose import Chart, Content

MOST_BYTES: Final = 98_000  # of HTML and text together: some mail programs cut off what comes after 102 kB
FRAME: Final = 20_000  # of them: head, chart, foot and the rules for small and for dark windows
_BEGIN, _END = "<!--digest-->", "<!--/digest-->"
_TAG: Final = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_STYLE: Final = re.compile(r' style="[^"]*"')
_HEADING: Final = re.compile(r"^(</?h)([1-5])")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest in words."""

    subject: str
    text: str
    html: str


def render(reader: Reader, content: Content) -> Rendered:
    """Write one digest. No query: all that is needed is in `reader` and `content`."""
    with translation.override(reader.subscription.language), timezone.override(reader.zone):
        told = chapters.told(reader, content)
        chapters.fit(told, MOST_BYTES - FRAME)
        said = written("digest", _page(reader, content, told))
    html, text = said.html, said.text
    for chapter in told:
        html = html.replace(chapter.slot, chapter.html)
        text = text.replace(chapter.slot, chapter.text)
    return Rendered(said.subject, text, html)


def written(name: str, page: dict[str, Any]) -> Rendered:
    """Write a mail by its two templates, in the language and time zone that are active; `page` holds its subject."""
    page = {**page, "rules": mark_safe(AT_RULES), "end": plain.END}  # noqa: S308 - our own file
    html, text = (tidy(template(f"{name}.{form}").render(page)) for form in ("html", "txt"))
    return Rendered(page["subject"], plain.folded(text), inlined(html))


def shown(html: str) -> SafeString:
    """Return the visible part of a mail for a page of ours: the same words and classes, no styles of its own, headings below
    the page's.

    The mail was made by our template, which escaped what people wrote; our policy allows no style attributes.
    """
    start, end = html.find(_BEGIN), html.find(_END)
    return mark_safe(_TAG.sub(_plain_tag, html[start:end]) if start >= 0 else "")  # noqa: S308


def _plain_tag(found: re.Match[str]) -> str:
    tag = found[0]
    if tag.startswith("<!--"):
        return ""
    return _HEADING.sub(lambda level: f"{level[1]}{int(level[2]) + 1}", _STYLE.sub("", tag))


def _page(reader: Reader, content: Content, told: list[Chapter]) -> dict[str, Any]:
    subscription = reader.subscription
    whole, csv = tables.whole(reader)
    return {
        "subject": _subject(reader),
        "gist": _gist(content),
        "language": subscription.language,
        "email": clean(subscription.address),
        "about": wording.about(subscription),
        "first": reader.period.start,
        "last": reader.period.end,
        "chapters": told,
        "rule": plain.RULE,
        "chart": _chart(content.chart),
        "whole": whole,
        "csv": csv,
        "head": wording.state_of(content.head),
        "home": links.page(),
        "settings": links.manage(subscription),
        "unsubscribe": links.unsubscribe(subscription),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    """Return the chart in both forms, made once for each language."""
    language = translation.get_language()
    if language not in chart.made:
        laid = figures(chart)
        html = template("_chart.html").render({"figures": laid}) if laid.rows else ""
        chart.made[language] = {"html": mark_safe(html), "text": plain.chart(laid) if laid.rows else ""}  # noqa: S308
    found: dict[str, Any] = chart.made[language]
    return found


def _subject(reader: Reader) -> str:
    said = {"day": wording.date(reader.period.end.astimezone(reader.zone).date())}
    if reader.subscription.cadence == Cadence.MONTHLY:
        return _("Monthly digest of the register, %(day)s") % said
    if reader.subscription.cadence == Cadence.WEEKLY:
        return _("Weekly digest of the register, %(day)s") % said
    return _("Daily digest of the register, %(day)s") % said


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


def tidy(text: str) -> str:
    """Drop the blank lines that tags leave: at most one in a row, none at the ends; and blanks that nobody means."""
    kept: list[str] = []
    for line in (line if line == plain.END else line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept) + "\n"
