"""A file that comes in, before anybody parses it: how large it is, what its bytes say it is, what a ZIP says it holds."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Invalid, Problem

LARGEST: Final = 10 * 1024 * 1024
LARGEST_UNPACKED: Final = 100 * 1024 * 1024
HIGHEST_RATIO: Final = 50
MOST_MEMBERS: Final = 5_000
FORMS: Final = ("csv", "xlsx", "ods", "json")
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_WIDE: Final = ((b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe\x00\x00", "UTF-32"), (b"\xfe\xff", "UTF-16"), (b"\xff\xfe", "UTF-16"))  # fmt: skip
_OTHERS: Final = (
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
)
_PACKED: Final = re.compile(r"\.(?:zip|jar|gz|tgz|bz2|xz|7z|rar|tar|zst|xls[xmb]?|docx?|pptx?|od[st])$", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")


class Unfit(Invalid):
    """A file that is not taken, with the reason and the way out."""


def tell(content: bytes) -> str:
    """Return which of `FORMS` a file has by its bytes; its name has no say. Raises `Unfit`."""
    if not content.strip():
        raise _unfit("file_empty", _("The file is empty; choose another one."))
    if len(content) > LARGEST:
        text = _("The file has %(size)d bytes; at most %(limit)d are read. Split it into several files.")
        raise _unfit("file_too_large", text % {"size": len(content), "limit": LARGEST})
    if content.startswith(b"PK"):
        return _packed(content)
    _refuse_binary(content)
    begin = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if begin in {b"[", b"{"} else "csv"


def _refuse_binary(content: bytes) -> None:
    for mark, name in _WIDE:
        if content.startswith(mark):
            text = _("The file is encoded as %(encoding)s. Save it again as “CSV UTF-8”, or as XLSX.")
            raise _unfit("file_encoding", text % {"encoding": name})
    if content.startswith(_OTHERS):
        raise _unfit("file_kind", _("This is no table that can be read. Save it as XLSX, ODS or “CSV UTF-8”."))
    at = content.find(b"\x00")
    if at >= 0:
        text = _(
            "Byte %(position)d of the file is NUL, so it is no text (or it is UTF-16). Save it as “CSV UTF-8”, or as XLSX."
        )
        raise _unfit("file_encoding", text % {"position": at + 1})
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        start = wrong.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        text = _("The file is not UTF-8: line %(line)d, byte 0x%(byte)s. Save it again as “CSV UTF-8”, or as XLSX.")
        said = {"line": content.count(b"\n", 0, start) + 1, "byte": f"{content[start]:02x}"}
        raise _unfit("file_encoding", text % said) from None


def _packed(content: bytes) -> str:
    damaged = _unfit(
        "file_damaged", _("The file is damaged: it cannot be unpacked. Save it again as XLSX, ODS or “CSV UTF-8”.")
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive, len(content))
            names = {member.filename for member in archive.infolist()}
            if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                return "xlsx"
            if "mimetype" in names and archive.open("mimetype").read(100).strip() == _ODS:
                return "ods"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise damaged from None
    raise _unfit(
        "file_kind", _("This ZIP file is no table that can be read. Save the table as XLSX, ODS or “CSV UTF-8”.")
    )


def _check_directory(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse what its own directory says is a bomb or a trick, before anything of it is unpacked."""
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > LARGEST_UNPACKED or size > HIGHEST_RATIO * packed:
        raise _unfit("file_bomb", _("Unpacked, the file would be too large. Give a smaller one, or “CSV UTF-8”."))
    names = [member.filename for member in members]
    if len({name.casefold() for name in names}) != len(names):
        raise _unfit(
            "file_damaged", _("The file holds two parts of one name. Save it again as XLSX, ODS or “CSV UTF-8”.")
        )
    if any(_OUTSIDE.search(name) for name in names):
        raise _unfit(
            "file_damaged",
            _("The file holds a part whose name leads elsewhere. Save it again as XLSX, ODS or “CSV UTF-8”."),
        )
    if any(_PACKED.search(name) for name in names):
        raise _unfit(
            "file_nested",
            _("The file holds other files. Take out what is embedded in the table, or save it as “CSV UTF-8”."),
        )
    if any(member.flag_bits & 1 for member in members):
        raise _unfit("file_locked", _("The file is locked with a password. Save it without one."))


def _unfit(code: str, detail: object) -> Unfit:
    return Unfit(Problem(code, detail, "file"))  # type: ignore[arg-type]
