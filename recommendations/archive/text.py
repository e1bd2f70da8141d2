"""The words of an answer: out of whichever encoding a page is in, without the page's furniture."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recommendations.texts import reading
from recommendations.texts.decoding import Unreadable
from recommendations.texts.kinds import ParagraphKind

if TYPE_CHECKING:
    from recommendations.archive.fetch import Answer

LONGEST: Final = 400_000  # characters that are kept and compared: a book has as many
_TEXTUAL: Final = re.compile(r"text/.+|application/xhtml\+xml|")
_HTML: Final = frozenset({"text/html", "application/xhtml+xml", ""})
_MARKUP: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|\?xml|[a-z])", re.IGNORECASE | re.DOTALL
)
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_CHARSETS: Final = {
    "windows-1251": "cp1251",
    "cp1251": "cp1251",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "cp866": "cp866",
    "ibm866": "cp866",
    "iso-8859-5": "iso8859_5",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso8859_2",
    "utf-16": "utf_16",
    "utf-16le": "utf_16_le",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says: the browser's title, its first heading, and its text without furniture ("" for what has none)."""

    title: str = ""
    heading: str = ""
    text: str = ""


def said(answer: Answer) -> Said:
    """Read an answer's words; what is no text has none. Broken pages are read as far as they go."""
    if not _TEXTUAL.fullmatch(answer.media_type) or not answer.content.strip():
        return Said()
    page = _decoded(answer)
    if not page.strip():
        return Said()
    is_markup = answer.media_type in _HTML and _MARKUP.match(answer.content.removeprefix(b"\xef\xbb\xbf")[:4096])
    title = _TITLE.search(page) if is_markup else None
    found = _read(f"<html>{page}" if is_markup else page)
    if found is None:
        return Said(title=_line(title))
    kept = [p for p in found.paragraphs if p.kind is not ParagraphKind.CHROME]
    headings = [p.text for p in found.paragraphs if p.kind is ParagraphKind.HEADING]
    text = "\n\n".join(p.text for p in kept)[:LONGEST]
    return Said(_line(title), headings[0][:500] if headings else "", text)


def _read(page: str) -> reading.Reading | None:
    try:
        return reading.read(page.encode("utf-8", "replace"))
    except Unreadable:
        return None


def _line(title: re.Match[str] | None) -> str:
    return " ".join(html.unescape(title[1]).split()) if title else ""


def _decoded(answer: Answer) -> str:
    declared = answer.charset
    if not declared and (meta := _META.search(answer.content[:4096])):
        declared = meta[1].decode("ascii", "replace").lower()
    content = answer.content.removeprefix(b"\xef\xbb\xbf")
    codec = _CHARSETS.get(declared, "utf-8")
    return content.decode(codec, "replace").replace("\x00", "").replace("\ufffe", "").replace("\uffff", "")
