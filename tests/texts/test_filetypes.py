"""What a file is, told by its bytes, and under which name it is handed out."""

import io
import zipfile

import pytest

from recommendations.texts.decoding import Unreadable
from recommendations.texts.filetypes import CSV, DOCX, LARGEST, MOST_MEMBERS, ODT, PDF, TXT, safe_name, tell


def packed(*members, compression=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


TYPES = ("[Content_Types].xml", "<Types/>")
GOOD = {
    "pdf": b"%PDF-1.7 and so on",
    "png": b"\x89PNG\r\n\x1a\n and so on",
    "jpg": b"\xff\xd8\xff\xe0 and so on",
    "docx": packed(TYPES, ("word/document.xml", "<w/>")),
    "xlsx": packed(TYPES, ("xl/workbook.xml", "<x/>")),
    "odt": packed(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<o/>")),
    "ods": packed(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")),
    "txt": "Указ № 7, вот его текст, как он есть.".encode(),
    "csv": b"\xef\xbb\xbfname;amount\r\nfund;5\r\n",
}


@pytest.mark.parametrize("ending", GOOD)
def test_what_is_taken(ending):
    assert tell(GOOD[ending]).ending == ending


@pytest.mark.parametrize("name", ["Decree.pdf", "photo.JPEG", "a.b.docx"])
def test_a_name_that_promises_something_else_is_noticed(name):
    with pytest.raises(Unreadable, match=r"By its name this file is .+, and by what is in it, it is TXT"):
        tell(GOOD["txt"], name)
    assert tell(GOOD["txt"], "Decree.csv") is tell(GOOD["txt"], "Decree 7") is TXT
    assert tell(GOOD["jpg"], "photo.JPEG").ending == "jpg"


@pytest.mark.parametrize("text", ["a,b\nc,d", "a\tb\n\nc\td\n", "a;b;c\n1;2;3\n4;5;6"])
def test_tables(text):
    assert tell(text.encode()) == CSV


@pytest.mark.parametrize("text", ["one line, with a comma", "Dear all,\nthis is, well, a letter.", "a\nb"])
def test_texts(text):
    assert tell(text.encode()) == TXT


BAD = {
    "empty": b"",
    "blank": b" \n ",
    "html": b"<!doctype html><p>Hello",
    "html after a mark": b"\xef\xbb\xbf  <script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "xml": b"<?xml version='1.0'?><a/>",
    "program": b"MZ\x90\x00\x03",
    "elf": b"\x7fELF\x02",
    "gif": b"GIF89a\x01\x00",
    "latin": "Указ".encode("cp1251"),
    "utf-16": "Decree".encode("utf-16"),
    "zip": packed(("a.txt", "a")),
    "jar": packed(("META-INF/MANIFEST.MF", "a")),
    "pptx": packed(TYPES, ("ppt/presentation.xml", "<p/>")),
    "macros": packed(TYPES, ("word/document.xml", "<w/>"), ("word/vbaProject.bin", "x")),
    "basic": packed(("mimetype", "application/vnd.oasis.opendocument.text"), ("Basic/a.xml", "x")),
    "other": packed(("mimetype", "application/vnd.oasis.opendocument.graphics")),
    "cut": GOOD["docx"][:60],
    "bomb": packed(TYPES, ("word/document.xml", b"\0" * 20_000_000)),
    "crowd": packed(TYPES, *((f"{n}", "") for n in range(MOST_MEMBERS))),
    "too large": b"%PDF-" + b"a" * LARGEST,
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_refused(kind):
    with pytest.raises(Unreadable) as wrong:
        tell(BAD[kind])
    assert wrong.value.code == {"empty": "empty", "too large": "too_large"}.get(kind, "kind")
    assert wrong.value.detail


def test_an_encrypted_member_is_refused():
    content = bytearray(packed(("mimetype", "application/vnd.oasis.opendocument.text"), compression=zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    with pytest.raises(Unreadable):
        tell(bytes(content))


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("Decree 7.pdf", PDF, "Decree 7.pdf"),
        ("Указ № 7.PDF", PDF, "Указ № 7.pdf"),
        ("decree.exe", PDF, "decree.pdf"),
        ("../../etc/passwd", TXT, "passwd.txt"),
        ("C:\\Users\\me\\decree.docx", DOCX, "decree.docx"),
        ("a\r\nSet-Cookie: b.pdf", PDF, "a Set-Cookie b.pdf"),
        ("invoice\u202egnp.exe", PDF, "invoice gnp.pdf"),
        ('"quoted".pdf', PDF, "quoted.pdf"),
        ("", PDF, "file.pdf"),
        ("...", ODT, "file.odt"),
        (".pdf", PDF, "file.pdf"),
        ("a" * 300 + ".pdf", PDF, "a" * 120 + ".pdf"),
        ("v1.2 of the plan", PDF, "v1.2 of the plan.pdf"),
    ],
)
def test_names(name, kind, wanted):
    assert safe_name(name, kind) == wanted
