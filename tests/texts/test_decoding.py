"""Which documents are read, and what those who bring another one are told."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommendations.texts import decoding
from recommendations.texts.decoding import HTML, PLAIN, Unreadable


def refused(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        decoding.decode(content)
    return caught.value


def test_byte_order_mark_is_no_part_of_the_text():
    assert decoding.decode(b"\xef\xbb\xbfOne.").text == "One."


def test_line_ends_of_all_systems_become_one():
    assert decoding.decode(b"a\r\nb\rc\nd").text == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "is empty"),
        (b" \n\t", "empty", "is empty"),
        ("\u00a0\u2003\n".encode(), "empty", "holds no text"),
        (b"<html><script>x()</script></html>", "empty", "holds no text"),
        (b"%PDF-1.7 ...", "binary", "PDF file, not text. Save it as plain text (UTF-8) or as HTML"),
        (b"PK\x03\x04....", "binary", "ZIP (DOCX, ODT, EPUB)"),
        (b"{\\rtf1}", "binary", "RTF"),
        (b"one\x00two", "binary", "Byte 4 of the document is NUL"),
        ("текст".encode("utf-16"), "encoding", "UTF-16"),
        ("text".encode("utf-32"), "encoding", "UTF-32"),
        ("text\nтекст".encode("cp1251"), "encoding", "line 2, byte 6 (0xf2). Save it again as UTF-8"),
        (b"\xef\xbb\xbftext\xff", "encoding", "line 1, byte 8 (0xff)"),
        (b"x" * (decoding.LARGEST + 1), "too_large", "has 10485761 bytes; at most 10485760"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(content, code, words):
    problem = refused(content)
    assert problem.code == code
    assert words in problem.detail


def test_largest_document_is_read():
    assert len(decoding.decode(b"x" * decoding.LARGEST).text) == decoding.LARGEST


@pytest.mark.parametrize(
    ("page", "media_type"),
    [
        ("<!DOCTYPE html><p>One", HTML),
        ("\n <!-- saved --> <html><body>One</body></html>", HTML),
        ('<?xml version="1.0"?><html xmlns="x">One</html>', HTML),
        ("<p>One</p>", HTML),
        ("One <p> two", PLAIN),
        ("<pre-release notes> are plain", PLAIN),
        ("1 < 2", PLAIN),
    ],
)
def test_html_is_told_from_plain_text(page, media_type):
    assert decoding.decode(page.encode()).media_type == media_type


@given(st.binary(max_size=300))
@example(b"<html><![foo[")
@example(b"<html><!--><![CDATA[x]]><?php")
def test_any_bytes_are_read_or_refused(content):
    try:
        assert decoding.decode(content).text.strip()
    except Unreadable as problem:
        assert problem.detail.endswith(".")  # noqa: PT017
