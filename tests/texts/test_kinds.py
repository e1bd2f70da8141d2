"""What is the document and what is the page around it."""

import pytest

from recommendations.texts.kinds import ParagraphKind, classify, is_furniture

SENTENCE = "This is a sentence of the document, and it ends as sentences do."


def kinds(*paragraphs, headings=frozenset()):
    return [kind.value for kind in classify(paragraphs, headings)]


@pytest.mark.parametrize(
    "text",
    [
        "Print",
        "Share this article",
        "Rate this article\n(votes: 14, rating: 4.5)\n (14 votes)",
        "Оцените статью",
        "Поделиться с друзьями",
        "Читать на русском",
        "Poll conducted",
        "Опрос проведён",
        "1. Which one?\nThe first\n 10 (25%)\nThe second\n 30 (75%)",
        "1. Which one?\nThe first\n 25 %\nThe second\n 75 % (30 votes)",
        "For students",
        "Facebook\nTwitter\nTelegram",
        "Comments (12)",
        "© 2019 Somebody. All rights reserved.",
        "Tags: trade, defence",
        "Subscribe to our newsletter",
        "Page 3 of 12",
    ],
)
def test_furniture_is_recognised(text):
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        "Print runs of the newspaper fell by half.",
        "Share prices rose, and so did the deficit.",
        "Poll results show that nobody reads polls.",
        "For students of both countries a fund is opened.",
        "Growth was 30 (31%) in one year.",
        "Print\nOne line of text.\nAnother line of text.",
    ],
)
def test_sentences_are_no_furniture(text):
    assert not is_furniture(text)


def test_short_line_before_text_is_a_heading():
    assert kinds("Introduction", SENTENCE) == ["heading", "body"]


def test_headings_may_follow_each_other():
    assert kinds("Part one", "Chapter 1", SENTENCE) == ["heading", "heading", "body"]


def test_short_line_with_no_text_after_it_is_no_heading():
    assert kinds(SENTENCE, "The end") == ["body", "body"]


@pytest.mark.parametrize("text", ["two\nLines", "lower case", "Ends so.", "A" * 121, "— a reply", "***"])
def test_what_is_no_title(text):
    assert kinds(text, SENTENCE) == ["body", "body"]


def test_markup_knows_its_headings():
    assert kinds("is this one?", SENTENCE, headings=frozenset({0})) == ["heading", "body"]
    assert kinds("Share", SENTENCE, headings=frozenset({0})) == ["chrome", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "Ph.D. in Law, Research Fellow at a university",
        "By Alice Cooper",
        "Автор: Алиса Петрова",
        "Доктор исторических наук, профессор",
    ],
)
def test_byline_stands_before_the_text(line):
    assert kinds("A title", line, SENTENCE) == ["heading", "byline", "body"]
    assert kinds(SENTENCE, line, SENTENCE)[1] != "byline"


def test_short_lines_after_the_last_furniture_are_furniture():
    assert kinds(SENTENCE, "Share this article", "Something else", "Another thing") == [
        "body",
        "chrome",
        "chrome",
        "chrome",
    ]


def test_nothing_has_no_kinds():
    assert kinds() == []
    assert kinds("Share") == [ParagraphKind.CHROME]
