"""What a file is, told by its bytes and never by its name, and whether it may be kept as evidence."""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from recommendations.texts.decoding import Unreadable

LARGEST: Final = 10 * 1024 * 1024
MOST_MEMBERS: Final = 5_000
LARGEST_UNPACKED: Final = 100 * 1024 * 1024
HIGHEST_RATIO: Final = 50
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its media type, the ending that a name of it has, and what people call it."""

    media_type: str
    ending: str
    name: str


PDF: Final = FileType("application/pdf", "pdf", "PDF")
PNG: Final = FileType("image/png", "png", "PNG")
JPEG: Final = FileType("image/jpeg", "jpg", "JPEG")
DOCX: Final = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", "DOCX")
XLSX: Final = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "XLSX")
ODT: Final = FileType("application/vnd.oasis.opendocument.text", "odt", "ODT")
ODS: Final = FileType("application/vnd.oasis.opendocument.spreadsheet", "ods", "ODS")
TXT: Final = FileType("text/plain", "txt", "TXT")
CSV: Final = FileType("text/csv", "csv", "CSV")
ALLOWED: Final = (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TXT, CSV)
NAMES: Final = ", ".join(kind.name for kind in ALLOWED)

_BEGINNINGS: Final = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_PROMISED: Final = {**{kind.ending: kind for kind in ALLOWED if kind not in (TXT, CSV)}, "jpeg": JPEG}
_OFFICE: Final = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_OPEN: Final = {kind.media_type.encode(): kind for kind in (ODT, ODS)}
_MACROS: Final = re.compile(r"(?:^|/)(?:vbaProject\.bin|vbaData\.xml|Basic/|Scripts/)", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP: Final = re.compile(r"\s*<(?:[!?a-z])", re.IGNORECASE)
_SEPARATORS: Final = (",", ";", "\t")
_LINES: Final = 20
_ENDING: Final = re.compile(r"\.[0-9A-Za-z]{1,5}\s*$")
_FORBIDDEN: Final = re.compile(
    '[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff"*:<>?|%]+'
)


def tell(content: bytes, name: str = "") -> FileType:
    """Return what a file is; raise `Unreadable` for what is empty, too large, not allowed, or not what its name promises."""
    if not content:
        raise Unreadable("empty", _("The file is empty; choose another one."))
    if len(content) > LARGEST:
        text = _("The file has %(size)d bytes; at most %(limit)d are taken. Give a smaller one, or a link.")
        raise Unreadable("too_large", text % {"size": len(content), "limit": LARGEST})
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)
    kind = kind or (_packed(content) if content.startswith(b"PK\x03\x04") else _text(content))
    promised = _PROMISED.get(name.rpartition(".")[2].lower())
    if promised and promised is not kind:
        text = _(
            "By its name this file is %(promised)s, and by what is in it, it is %(found)s. Is it the right one, and whole?"
        )
        raise Unreadable("kind", text % {"promised": promised.name, "found": kind.name})
    return kind


def safe_name(name: str, kind: FileType) -> str:
    """Return the name under which a file is handed out: without a path, without tricks, with the ending of what it is."""
    last = _FORBIDDEN.sub(" ", re.split(r"[/\\]", name)[-1])
    words = " ".join(_ENDING.sub("", last).split()).strip(" .")
    return f"{words[:LONGEST_NAME].strip(' .') or 'file'}.{kind.ending}"


def _packed(content: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive, len(content))
            names = {member.filename for member in archive.infolist()}
            if any(_MACROS.search(name) for name in names):
                raise _refused(_("It holds macros."))
            if "[Content_Types].xml" in names:
                return next(kind for part, kind in _OFFICE.items() if part in names)
            with archive.open("mimetype") as said:
                return _OPEN[said.read(100)]
    except (zipfile.BadZipFile, KeyError, StopIteration, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _refused() from None


def _check_size(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse what its own directory says is a bomb, before anything is unpacked."""
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > LARGEST_UNPACKED or size > HIGHEST_RATIO * packed:
        raise _refused(_("Unpacked it would be too large."))


def _text(content: bytes) -> FileType:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(_("If it is text, save it as UTF-8.")) from None
    if _CONTROL.search(text) or not text.strip():
        raise _refused()
    if _MARKUP.match(text):
        raise _refused(_("A web page is better cited by its address, or saved as PDF."))
    return CSV if _is_table(text) else TXT


def _is_table(text: str) -> bool:
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    counts = [{line.count(separator) for line in lines} for separator in _SEPARATORS]
    return len(lines) > 1 and any(len(found) == 1 and 0 not in found for found in counts)


def _refused(why: str = "") -> Unreadable:
    text = _("This file cannot be attached. Possible are: %(kinds)s.") % {"kinds": NAMES}
    return Unreadable("kind", f"{text} {why}".strip())
