"""Files as programs for tables write them, and as nobody should."""

import io
import zipfile

import xlsxwriter

ODS = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = ("office", "table", "text")
URN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"


def xlsx(rows, *, before=(), hidden=(), date=None, formula=None):
    """A workbook: sheets `before` (name, rows), then the table; `hidden` are names of sheets that nobody sees."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd.mm.yyyy"}) as book:
        for name, lines in (*before, ("Table", rows)):
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                for place, cell in enumerate(line):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif isinstance(cell, tuple):
                        sheet.write_formula(number, place, cell[0], None, cell[1])
                    elif cell is not None:
                        sheet.write(number, place, cell)
            if name in hidden:
                sheet.hide()
        if "Table" in hidden:
            book.worksheets()[0].activate()
    return made.getvalue()


def ods(rows):
    """A table of texts, as small as OpenDocument lets it be."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(f'xmlns:{name}="{URN.format(name)}"' for name in NAMES)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Table">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/></manifest:manifest>'
    )
    return packed({"mimetype": ODS, "META-INF/manifest.xml": manifest, "content.xml": content})


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    """A ZIP of names and contents, in their order (pairs, or a dict)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return made.getvalue()


def unpacked(content):
    """The parts of a ZIP, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content, **parts):
    """A ZIP with some parts (by the last word of their name) put through a function."""
    return packed(
        {
            name: next((do(part) for word, do in parts.items() if name.rpartition("/")[2].startswith(word)), part)
            for name, part in unpacked(content).items()
        }
    )
