"""The words of an answer, whatever it is encoded in, and whether they say something else than before."""

import pytest

from recommendations.archive.compare import Piece, compare, is_changed, shortened
from recommendations.archive.fetch import Answer
from recommendations.archive.text import LONGEST, Said, said

RUSSIAN = "Комиссия провела первую ярмарку в Минске и опубликовала всё, о чём договорились."
FIRST = "The commission held the first fair in Minsk and published what was agreed on there."
SECOND = "The fund received five million roubles for exchanges of students in the same year."
TALK = "\n\n".join(f"In part {n} of the report the authors describe what else was done there." for n in range(40))


def words(content, media_type="text/html", charset=""):
    return said(Answer("https://good.org/", 200, media_type, charset, content))


def test_a_page_has_title_heading_and_text():
    page = f"<!doctype html><title> Fair &amp; \n square</title><nav>Menu</nav><h1>The fair</h1><p>{FIRST}</p>"
    assert words(page.encode()) == Said("Fair & square", "The fair", f"The fair\n\n{FIRST}")


@pytest.mark.parametrize(
    ("codec", "declared", "meta"),
    [
        ("utf-8", "", ""),
        ("utf-8-sig", "utf-8", ""),
        ("cp1251", "windows-1251", ""),
        ("cp1251", "", '<meta charset="windows-1251">'),
        ("cp1251", "", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("koi8_r", "koi8-r", ""),
        ("utf_16", "utf-16", ""),
    ],
)
def test_encodings(codec, declared, meta):
    page = f"<html><head>{meta}</head><body><p>{RUSSIAN}</p></body></html>"
    assert words(page.encode(codec), charset=declared).text == RUSSIAN


def test_an_unknown_encoding_and_broken_bytes_are_read_as_far_as_they_go():
    assert words(b"<p>One \xff two\x00 three</p>", charset="martian").text == "One � two three"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG", "image/png"),
        (b"", "text/html"),
        (b" \n", "text/html"),
        (b"\x00\x00", "text/html"),
        (b"<html><script>x</script>", "text/html"),
        (b"GIF89a", "text/html"),
    ],
)
def test_what_has_no_words(content, media_type):
    assert words(content, media_type).text == ""


def test_a_plain_text_and_a_page_without_a_type():
    assert words(f"{FIRST}\n\n<b>".encode(), "text/plain").text == f"{FIRST}\n\n<b>"
    assert words(f"<p>{FIRST}".encode(), "").text == FIRST
    assert words(b"<html><title>404</title><script></script>").title == "404"


def test_a_text_has_an_end():
    assert len(words(b"word " * LONGEST, "text/plain").text) == LONGEST


# Comparing


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Views: 12", "Views: 4,012"),
        ("Today is Tuesday, 24 November 2026, 11:05 in the city", "Today is Friday, 4 December 2026, 9:17 in the city"),
        (
            "Сегодня вторник, 24 ноября 2026 года, 11:05, в городе ясно",
            "Сегодня пятница, 4 декабря 2026 года, 09:17, в городе ясно",
        ),
        (
            "This page was viewed 1,204 views times since it was put up here",
            "This page was viewed 99,204 views times since it was put up here",
        ),
        ("Menu Home About", "Menu Home About Contact"),
        ("“The fund”", '"The  FUND"'),
        ("Minsk is warm today", "Minsk is cold today"),
    ],
)
def test_dates_counters_and_short_lines_cry_no_wolf(before, after):
    assert not is_changed(f"{FIRST}\n\n{before}\n\n{TALK}", f"{FIRST}\n\n{after}\n\n{TALK}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FIRST, FIRST.replace("first", "last")),
        (SECOND, SECOND.replace("five", "seven")),
        (FIRST, f"{FIRST} It was revoked."),
    ],
)
def test_a_sentence_that_was_edited_is_a_change(old, new):
    before = f"{FIRST}\n\n{SECOND}\n\n{TALK}"
    assert is_changed(before, before.replace(old, new))


def test_a_sentence_of_a_long_text_that_is_gone_or_another_one_is_none():
    before = f"{FIRST}\n\n{SECOND}\n\n{TALK}"
    assert not is_changed(before, before.replace(FIRST, ""))
    assert not is_changed(before, before.replace(FIRST, RUSSIAN))
    assert is_changed(f"{FIRST}\n\n{SECOND}", SECOND)


def test_numbers_of_a_sentence_count():
    before = f"The fund received 5 million roubles for exchanges of students.\n\n{TALK}"
    assert is_changed(before, before.replace("5 million", "7 million"))


def test_a_headline_among_many_that_comes_or_goes_is_no_change_and_a_chapter_is():
    teaser = "Ministers of eight countries met to talk about quite another thing."
    assert not is_changed(TALK, f"{TALK}\n\n{teaser}")
    assert is_changed(TALK, "\n\n".join(TALK.split("\n\n")[:30]))


def test_short_texts_are_compared_whole():
    assert not is_changed("Gone fishing", "gone  fishing")
    assert is_changed("Gone fishing", "Back again")
    assert is_changed(FIRST, "Gone")
    assert is_changed("", FIRST)


def test_a_text_that_is_rewritten_altogether_is_compared():
    one = "\n\n".join(f"Paragraph {n} of the one text says this and that of it {n}." for n in range(2000))
    other = "\n\n".join(f"Absatz {n} der anderen Fassung sagt es wieder anders als {n}." for n in range(2000))
    assert is_changed(one, other)
    assert compare(one, other)


def test_words_that_came_and_went():
    before, after = f"One\n\n{FIRST}\n\nEnd", f"One\n\n{FIRST.replace('first', 'second')}\n\nEnd"
    pieces = compare(before, after)
    assert [piece for piece in pieces if piece.kind != "same"] == [Piece("gone", "first "), Piece("new", "second ")]
    assert "".join(piece.text for piece in pieces if piece.kind != "gone").split() == after.split()


def test_a_paragraph_that_came_and_one_that_went():
    kinds = [(piece.kind, piece.text.strip()) for piece in compare("A one.\n\nB two.", "B two.\n\nC three.")]
    assert ("gone", "A one.") in kinds
    assert ("new", "C three.") in kinds


def test_a_long_stretch_that_stayed_is_shown_at_its_ends():
    long = Piece("same", "one two " * 100 + "ten")
    assert shortened(long, 12).text == "one two one […] one two ten"
    assert shortened(Piece("same", "short"), 100).text == "short"
    assert shortened(Piece("gone", " " + "a" * 900 + " "), 100).text == "a" * 900
