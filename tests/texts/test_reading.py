"""Bytes to numbered paragraphs, on the real article when it is at hand and on whatever else there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import reading
from recommendations.texts.decoding import HTML, PLAIN
from recommendations.texts.kinds import ParagraphKind
from tests import article
from tests.proportion import grows_in_proportion

LONG = "Every year the two parties should meet in one city and publish what they agreed on that day"


def read(text):
    return reading.read(text.encode())


def kinds(read_text):
    return [paragraph.kind.value for paragraph in read_text.paragraphs]


@pytest.mark.skipif(article.PATH is None, reason="the article is not at hand")
def test_article_is_right_in_every_paragraph():
    found = reading.read(article.PATH.read_bytes())
    expected = dict.fromkeys(range(1, 47), "body")
    expected |= dict.fromkeys((8, 18, 24, 33, 37), "heading") | dict.fromkeys((1, 44, 45, 46), "chrome")
    expected |= {2: "byline"} | dict.fromkeys((6, 7, 43), "repeat")
    assert {paragraph.number: paragraph.kind.value for paragraph in found.paragraphs} == expected
    assert {paragraph.number: paragraph.repeats for paragraph in found.paragraphs if paragraph.repeats} == {
        6: 3,
        7: 4,
        43: 5,
    }
    assert {paragraph.section for paragraph in found.paragraphs[:7]} == {""}
    assert found.paragraph(32).section == "The Defence Dimension within the Union"
    assert found.paragraph(42).section == "Credibility and Common Values"
    assert found.media_type == PLAIN


def test_paragraphs_are_split_at_blank_lines_and_numbered_from_one():
    found = read("\n\n  One\nline. \n \t\n\n\nTwo.\n")
    assert [(paragraph.number, paragraph.text) for paragraph in found.paragraphs] == [(1, "One\nline."), (2, "Two.")]
    assert [(paragraph.start, paragraph.end) for paragraph in found.paragraphs] == [(4, 13), (20, 24)]


def test_html_is_read_with_its_headings():
    found = read("<html><h2>what is it?</h2><p>A sentence.</p><p>Another.</p></html>")
    assert found.media_type == HTML
    assert kinds(found) == ["heading", "body", "body"]
    assert found.paragraph(3).section == "what is it?"


def test_near_copy_is_a_repeat_of_the_first():
    found = read(f"{LONG} in spring.\n\nSomething else.\n\n{LONG} in autumn.\n\n{LONG} in winter.")
    assert [paragraph.repeats for paragraph in found.paragraphs] == [None, None, 1, 1]
    assert kinds(found) == ["body", "body", "repeat", "repeat"]


def test_paragraph_with_common_words_is_no_repeat():
    found = read(
        f"{LONG}.\n\n{LONG}, and more than that: each year a fund gives out grants to regions, by lot or by merit."
    )
    assert kinds(found) == ["body", "body"]


def test_short_copies_are_no_repeats():
    assert kinds(read("Yes, it does.\n\nYes, it does.")) == ["body", "body"]


def test_paragraph_is_found_by_offset_and_by_number():
    found = read("One.\n\nTwo.")
    assert [found.paragraph_at(offset).number for offset in (0, 3, 4, 5, 6, 99)] == [1, 1, 1, 1, 2, 2]
    assert found.paragraph(2).text == "Two."
    assert found.paragraph(0) is None
    assert found.paragraph(3) is None


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")).filter(
        lambda text: text.strip("\ufeff \t\r\n\f\v")
    )
)
def test_any_text_slices_back_to_its_paragraphs(text):
    try:
        found = read("x\n\n" + text)
    except reading.decoding.Unreadable:
        pytest.fail("a text was refused")
    assert [paragraph.number for paragraph in found.paragraphs] == list(range(1, len(found.paragraphs) + 1))
    last = 0
    for paragraph in found.paragraphs:
        assert found.text[paragraph.start : paragraph.end] == paragraph.text == paragraph.text.strip()
        assert paragraph.text
        assert not found.text[last : paragraph.start].strip()
        assert (paragraph.kind is ParagraphKind.REPEAT) == (paragraph.repeats is not None)
        last = paragraph.end
    assert not found.text[last:].strip()


@pytest.mark.uncounted
@pytest.mark.parametrize(
    "piece", ["\n", "a ", "a\n\n", f"{LONG}.\n\n", "10 (5%)\n", "Print ", " \n x", "слово " * 30 + "\n\n"]
)
def test_any_text_takes_time_in_proportion(piece):
    assert grows_in_proportion(read, lambda size: "x" + piece * (size // len(piece)), 4_000)
