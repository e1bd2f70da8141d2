"""Bytes of a document to its text: which encoding and media type are taken, and a plain word when they are not."""

import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from recommendations.texts import markup

PLAIN: Final = "text/plain"
HTML: Final = "text/html"
LARGEST: Final = 10 * 1024 * 1024
"""Bytes of the largest document that is read: an article has thousands, a long report hundreds of thousands."""

_SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP (DOCX, ODT, EPUB)"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office (DOC, XLS)"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
)
_WIDE_MARKS: Final = (
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xff\xfe", "UTF-16"),
)
_HTML_OPENING: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|(?:html|head|body|article|main|section|div|h[1-6]|p)\b)",
    re.IGNORECASE | re.DOTALL,
)


class Unreadable(ValueError):
    """A document that cannot be read: ``code`` for programs, ``detail`` says what is wrong and what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Document:
    """The text that all offsets count in (characters, line ends as LF, no BOM), and where headings are known to stand."""

    text: str
    media_type: str
    headings: frozenset[int] = frozenset()


def decode(content: bytes) -> Document:
    """Give the text of ``content``; raise ``Unreadable`` for what is empty, too large, binary or not UTF-8."""
    _refuse_what_is_no_text(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable("encoding", _wrong_encoding(content, wrong)) from None
    document = _as_document(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not document.text.strip():
        raise Unreadable("empty", _("The document holds no text. Give a file that holds the text of the source."))
    return document


def _as_document(text: str) -> Document:
    if _HTML_OPENING.match(text[:4096]):
        page = markup.extract(text)
        return Document(page.text, HTML, page.headings)
    return Document(text, PLAIN)


def _refuse_what_is_no_text(content: bytes) -> None:
    if not content.strip():
        raise Unreadable("empty", _("The document is empty. Give a file that holds the text of the source."))
    if len(content) > LARGEST:
        detail = _(
            "The document has %(size)d bytes; at most %(limit)d are read. Give the text without pictures, or a part of it."
        )
        raise Unreadable("too_large", detail % {"size": len(content), "limit": LARGEST})
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            detail = _(
                "This is a %(format)s file, not text. Save it as plain text (UTF-8) or as HTML, and give that file."
            )
            raise Unreadable("binary", detail % {"format": name})
    for signature, name in _WIDE_MARKS:
        if content.startswith(signature):
            detail = _("The document is encoded as %(encoding)s. Save it again as UTF-8, and give that file.")
            raise Unreadable("encoding", detail % {"encoding": name})
    at = content.find(b"\x00")
    if at >= 0:
        detail = _(
            "Byte %(position)d of the document is NUL, so it is not text (or it is UTF-16). Save it as plain text in UTF-8."
        )
        raise Unreadable("binary", detail % {"position": at + 1})


def _wrong_encoding(content: bytes, wrong: UnicodeDecodeError) -> str:
    # The codec counts from after the BOM; people count lines from the top of their file.
    start = wrong.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
    detail = _(
        "The document is not UTF-8: line %(line)d, byte %(position)d (0x%(byte)s). Save it again as UTF-8, and give that file."
    )
    return detail % {
        "line": content.count(b"\n", 0, start) + 1,
        "position": start + 1,
        "byte": f"{content[start]:02x}",
    }
