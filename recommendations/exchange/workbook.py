"""The register as a workbook: the rows of its CSV, typed, and a sheet that says what they are."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from typing import IO, TYPE_CHECKING, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recommendations.exchange import columns
from recommendations.exchange.export import Tally
from recommendations.exchange.manifest import manifest
from recommendations.rules.errors import Invalid, Problem
from recommendations.rules.vocabulary import BODIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from recommendations.exchange.manifest import Asked

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST: Final = 1_048_575  # rows that a sheet has, below the header
FIRST: Final = 1900  # the year that dates of workbooks begin with
PIECE: Final = 64 * 1024
DATA: Final = "Recommendations"
_WIDTHS: Final = {"title": 50, "description": 60, "reference": 12, "version": 9}
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}


def write(asked: Asked) -> tuple[IO[bytes], Tally]:
    """Make a workbook in a temporary file that is open at its beginning; the tally is that of the same rows as CSV.

    Raises `Invalid` when there are more rows than a sheet has.
    """
    tally = Tally()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    try:
        with xlsxwriter.Workbook(file, _OPTIONS) as book:
            book.set_properties({"created": asked.moment or asked.now})
            _data(book, asked, tally)
            _about(book, asked, tally)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, tally


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what is in the file, and close it."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _data(book: Workbook, asked: Asked, tally: Tally) -> None:
    names = columns.names(asked.scale)
    sheet = book.add_worksheet(DATA)
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(names):
        sheet.set_column(place, place, _WIDTHS.get(name.partition("_")[0], 16))
    sheet.write_row(0, 0, names, book.add_format({"bold": True}))
    writers = [_writer(name, sheet, book) for name in names]
    for number, row in enumerate(_rows(asked, tally), 1):
        if number > MOST:
            raise Invalid(Problem("too_many_rows", _("A sheet has no room for so many rows; narrow it, or take CSV.")))
        for place, (text, write_cell) in enumerate(zip(row, writers, strict=True)):
            if text:
                write_cell(number, place, text)
    sheet.autofilter(0, 0, tally.rows, len(names) - 1)


def _rows(asked: Asked, tally: Tally) -> Iterator[list[str]]:
    """Yield the rows of the CSV below its header; each piece of it ends with a row."""
    found = asked.pieces("csv", tally)
    next(found)
    for piece in found:
        yield from csv.reader(io.StringIO(piece.decode(), newline=""))


def _writer(name: str, sheet: Worksheet, book: Workbook) -> Callable[[int, int, str], Any]:
    if name in columns.FLAGS:
        return lambda row, place, text: sheet.write_boolean(row, place, text == "true")
    if name in columns.NUMBERS:
        return lambda row, place, text: sheet.write_number(row, place, int(text))
    if name in columns.DAYS:
        return _dated(sheet, book.add_format({"num_format": "yyyy-mm-dd"}))
    if name in columns.MOMENTS:
        return _dated(sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
    as_text: Callable[[int, int, str], Any] = sheet.write_string
    return as_text


def _dated(sheet: Worksheet, shown: Format) -> Callable[[int, int, str], Any]:
    """Write real dates, and times in UTC; what is older than the calendar of workbooks stays a text."""

    def write_cell(row: int, place: int, text: str) -> Any:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=None)
        if moment.year <= FIRST:
            return sheet.write_string(row, place, text)
        return sheet.write_datetime(row, place, moment, shown)

    return write_cell


def _about(book: Workbook, asked: Asked, tally: Tally) -> None:
    sheet = book.add_worksheet(pgettext("sheet", "About"))
    said = manifest(asked, "xlsx", tally)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for number, (label, value) in enumerate(_lines(said)):
        sheet.write_string(number, 0, label, book.add_format({"bold": True}))
        if isinstance(value, int):
            sheet.write_number(number, 1, value, book.add_format({"align": "left"}))
        else:
            sheet.write_string(number, 1, value)


def _lines(said: dict[str, Any]) -> Iterator[tuple[str, str | int]]:
    standing = {
        "public": _("public: what everybody may see"),
        "internal": _("internal: holds what strangers must not see"),
    }
    yield _("As of"), said["as_of"]
    yield _("Day that delivery and freshness are seen from"), said["day"]
    yield _("Filters"), said["query"] or pgettext("filters", "none")
    yield _("Made for"), standing[said["standing"]]
    if said["scale"]:
        yield _("Scale"), str(BODIES[said["scale"]])
    yield _("Version of the vocabulary"), said["vocabulary_version"]
    yield _("Rows"), said["rows"]
    yield _("SHA-256"), said["sha256"]
    yield _("What the hash is of"), _("The same rows as CSV, which the register gives again as of this moment.")
    yield _("Times"), _("in UTC")
