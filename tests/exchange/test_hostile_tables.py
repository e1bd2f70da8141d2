"""Files that nobody should send, and those that people send by mistake: what each gets, and that nothing is changed."""

import io
import json
import struct
import sys
from types import SimpleNamespace

import pytest

from recommendations.exchange.incoming import child, intake, parsing
from recommendations.exchange.incoming.headings import known
from recommendations.exchange.incoming.intake import Unfit
from tests.exchange import tables

HEADER = ["reference", "title_en", "source"]
ROW = ["A-1", "One", "report"]


def told(content):
    with pytest.raises(Unfit) as refused:
        intake.tell(content)
    (problem,) = refused.value.problems
    return problem.code, str(problem.detail)


def read(content, form=None):
    form = form or intake.tell(content)
    with parsing.parsed(content, form, known()) as table:
        found = table.header, list(table.rows())
        first, *rows = inside(content, form)
        assert (first, rows) == ({"header": found[0], "line": table.line}, [list(row) for row in found[1]])
        return found


def inside(content, form):
    """Return what the parser's process would write, without the process."""
    lines = []
    try:
        lines.extend(child.read(form, content, known(), parsing.MOST_ROWS))
    except child.Wrong as wrong:
        lines.append(wrong.said)
    return json.loads(json.dumps(lines))


def unread(content, form=None, *, is_inside=True):
    with pytest.raises(Unfit) as refused:
        read(content, form)
    (problem,) = refused.value.problems
    if is_inside:
        assert parsing._SAID[inside(content, form or intake.tell(content))[-1]["error"]][0] == problem.code
    return problem.code, str(problem.detail)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"reference,title_en\r\n", "csv"),
        (b"\xef\xbb\xbfreference\n", "csv"),
        (b' [{"reference": "A-1"}]', "json"),
        (b'{"reference": "A-1"}\n', "json"),
        (tables.xlsx([HEADER]), "xlsx"),
        (tables.ods([HEADER]), "ods"),
    ],
)
def test_a_file_is_what_its_bytes_say(content, form):
    assert intake.tell(content) == form


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "file_empty", "empty"),
        (b" \r\n", "file_empty", "empty"),
        (b"a" * (intake.LARGEST + 1), "file_too_large", "10485761"),
        ("reference".encode("utf-16"), "file_encoding", "UTF-16"),
        (b"\xfe\xff\x00r", "file_encoding", "UTF-16"),
        ("reference".encode("utf-32"), "file_encoding", "UTF-32"),
        ("reference".encode("utf-16-le"), "file_encoding", "Byte 2"),
        (b"reference\nA-1\x00", "file_encoding", "NUL"),
        ("reference\nПервый".encode("cp1251"), "file_encoding", "line 2, byte 0xcf"),
        (b"\xef\xbb\xbfreference\n\xff", "file_encoding", "line 2, byte 0xff"),
        (b"%PDF-1.7", "file_kind", "XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file_kind", "Save it as XLSX"),
        (b"\x1f\x8b\x08", "file_kind", "XLSX"),
        (b"PK\x03\x04 and no more", "file_damaged", "damaged"),
        (tables.packed({"word/document.xml": "x", "[Content_Types].xml": "x"}), "file_kind", "ZIP"),
        (tables.packed({"mimetype": "application/epub+zip"}), "file_kind", "ZIP"),
        (tables.packed({"a.txt": "0" * 3_000_000}), "file_bomb", "too large"),
        (tables.packed([(f"{n}", "") for n in range(5_001)]), "file_bomb", "too large"),
        (tables.packed([("a", ""), ("A", "")]), "file_damaged", "two parts"),
        (tables.packed({"/etc/passwd": ""}), "file_damaged", "leads elsewhere"),
        (tables.packed({"xl/../../a": ""}), "file_damaged", "leads elsewhere"),
        (tables.packed({"C:a": ""}), "file_damaged", "leads elsewhere"),
        (tables.packed({"xl/embeddings/inner.xlsx": ""}), "file_nested", "holds other files"),
        (tables.packed({"inner.zip": tables.packed({"a": "b"})}), "file_nested", "holds other files"),
    ],
)
def test_a_file_that_is_not_taken_says_why_and_what_to_do(content, code, says):
    found = told(content)
    assert found[0] == code
    assert says in found[1]


def test_declared_sizes_count_before_anything_is_unpacked():
    """A directory that declares 200 MB for parts that hold nothing."""
    small = tables.packed({"a": "b" * 100})
    place = small.rindex(b"PK\x01\x02")
    lying = small[: place + 24] + struct.pack("<I", 200_000_000) + small[place + 28 :]
    assert told(lying)[0] == "file_bomb"


def test_a_file_with_a_password_is_told_from_its_directory():
    small = tables.packed({"a": "b"})
    place = small.rindex(b"PK\x01\x02")
    locked = small[: place + 8] + struct.pack("<H", 1) + small[place + 10 :]
    assert told(locked)[0] == "file_locked"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_separators_and_line_ends_are_told_apart(separator, end):
    text = separator.join(HEADER) + end + separator.join(["A-1", f'"One{separator} or ""two"""', "report"]) + end * 3
    assert read(text.encode("utf-8-sig")) == (HEADER, [(2, ["A-1", f'One{separator} or "two"', "report"])])


def test_a_line_that_names_the_separator_is_understood():
    assert read(b"sep=;\nreference;title_en\nA-1;One\n") == (["reference", "title_en"], [(3, ["A-1", "One"])])
    assert read(b"sep=\t\nreference\ttitle_en\n")[0] == ["reference", "title_en"]


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b'reference,title_en\nA-1,"One\n', "file_damaged", "Row 2"),
        (b'reference,title_en\nA-1,One\nA-2,"a"b\n', "file_damaged", "Row 3 (line 3)"),
        (b"\n,,,\n , \n", "file_empty", "no table"),
        (("reference,title_en\n" + "A-1,x\n" * 50_001).encode(), "too_many", "50000 rows"),
        ((",".join(["reference", "title_en", *(f"c{n}" for n in range(200))]) + "\n").encode(), "too_many", "200 columns"),
        (b"[1, 2", "file_damaged", "line 1, column 6"),
        (b"[" * 100_000, "file_damaged", "not JSON"),
        (b'[{"reference": NaN}]', "file_damaged", "not JSON"),
        (b'[{"reference": "A", "reference": "B"}]', "file_damaged", "same key twice"),
        (b'["A-1"]', "file_damaged", "Entry 1 is no object"),
        (b'{"reference": "A"}\n3\n', "file_damaged", "Entry 2 is no object"),
        (b"[]", "file_empty", "no table"),
        (tables.packed({"xl/workbook.xml": "<workbook", "[Content_Types].xml": "x"}), "file_damaged", "damaged"),
        (tables.packed({"mimetype": tables.ODS}), "file_damaged", "damaged"),
        (tables.changed(tables.xlsx([HEADER, ROW]), sheet1=lambda part: part[:300]), "file_damaged", "damaged"),
        (tables.xlsx([[]]), "file_empty", "no table"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_why(content, code, says):
    found = unread(content)
    assert found[0] == code
    assert says in found[1]


@pytest.mark.uncounted
def test_50_000_rows_are_read():
    content = ("reference,title_en\n" + "A-1,x\n" * 50_000).encode()
    assert len(read(content)[1]) == 50_000


def test_entities_of_xml_are_not_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">%s]>' % b"".join(
        b'<!ENTITY %c "%s">' % (b, b"&%c;" % (b - 1) * 10) for b in range(98, 110)
    )
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&m;</t></si></sst>'
    content = tables.changed(tables.xlsx([HEADER, ROW]), sharedStrings=lambda _part: bomb + strings)
    assert intake.tell(content) == "xlsx"
    assert unread(content)[0] == "file_damaged"


def test_a_sheet_that_would_take_all_memory_is_stopped():
    """Two cells at the corners: the grid between them has seventeen thousand million cells."""
    content = tables.xlsx([HEADER])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = tables.changed(content, sheet1=lambda part: part.replace(b"</sheetData>", far))
    assert unread(content, is_inside=False)[0] == "file_bomb"


def test_the_parsers_process_reads_and_writes_lines(monkeypatch):
    limits = []
    monkeypatch.setattr(child.resource, "setrlimit", lambda what, most: limits.append((what, most)))

    def run(content):
        asked = {"form": "csv", "known": known(), "most": 2, "memory": 10**9, "seconds": 5}
        out = io.BytesIO()
        monkeypatch.setattr(
            sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(asked).encode() + b"\n" + content))
        )
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
        child.main()
        return [json.loads(line) for line in out.getvalue().splitlines()]

    assert run(b"reference,title_en\nA-1,One\n") == [
        {"header": ["reference", "title_en"], "line": 1},
        [2, ["A-1", "One"]],
    ]
    assert run(b"\n\n") == [{"error": "empty"}]
    assert (child.resource.RLIMIT_AS, (10**9, 10**9)) in limits
    assert (child.resource.RLIMIT_CPU, (5, 6)) in limits
    monkeypatch.setattr(child, "read", lambda *_said: (_ for _ in ()).throw(MemoryError))
    assert run(b"reference\n") == [{"error": "costly"}]


def test_a_workbook_of_which_no_sheet_is_shown_holds_no_table():
    content = tables.changed(
        tables.xlsx([HEADER]), workbook=lambda part: part.replace(b'sheetId="1"', b'sheetId="1" state="hidden"')
    )
    assert unread(content) == (
        "file_empty",
        "The file holds no table. Take the template, or an export, and fill it in.",
    )


def test_a_parser_that_fails_in_the_middle_is_told_as_damage(monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(child, "__file__", str(broken))
    assert unread(b"reference,title_en\n", is_inside=False)[0] == "file_damaged"


def test_a_parser_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(parsing, "SECONDS", 0.0001)
    assert unread(b"reference,title_en\n", is_inside=False)[0] == "file_bomb"


def test_a_sheet_is_found_by_its_header_among_those_that_are_shown():
    about = [["As of", "2026-11-24"], ["title_en", "Title in Russian", "Source"], ["reference", "Reference", "needed"]]
    hidden = [HEADER, ["A-9", "Hidden", "report"]]
    content = tables.xlsx([HEADER, ROW], before=[("About", about), ("Old", hidden)], hidden=["Old"])
    assert read(content) == (HEADER, [(2, ROW)])


def test_a_header_below_other_lines_is_found_and_rows_keep_their_numbers():
    lines = [["Recommendations, as of today"], [], HEADER, [], ROW, ["", ""], ["", "", "", ""]]
    assert read(tables.xlsx(lines)) == (HEADER, [(5, [*ROW, ""])])
    assert read(b"Title\n\nreference,title_en\n\nA-1,One\n,\n")[1] == [(5, ["A-1", "One"])]


def test_cells_of_all_kinds_become_texts():
    import datetime as dt

    cells = [True, 3, 2.5, dt.date(2027, 5, 1), dt.datetime(2027, 5, 1, 9, 30), ("=1+1", 2), ("=A1", "kept"), None]
    content = tables.xlsx([["reference", "title_en", *(f"c{n}" for n in range(8))], ["A-1", "x", *cells]])
    ((_number, row),) = read(content)[1]
    assert row[2:] == ["true", "3", "2.5", "2027-05-01", "2027-05-01T09:30:00", "2", "kept", ""]


def test_an_ods_is_read():
    assert read(tables.ods([HEADER, ROW])) == (HEADER, [(2, ROW)])


def test_missing_members_of_json_are_not_empty_cells():
    content = b'[{"reference": "A-1", "themes": ["a"]}, {"reference": "A-2", "target_on": null, "lead": {}, "x": [1]}]'
    header, rows = read(content)
    assert header == ["reference", "themes", "target_on", "lead", "x"]
    assert rows == [(1, ["A-1", ["a"], None, None, None]), (2, ["A-2", None, "", {"kind": "object"}, {"kind": "list"}])]
