"""Two texts side by side: every word is in either, and nothing takes for ever."""

from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import comparison, reading
from recommendations.texts.comparison import Change, Piece


def compare(before, after):
    both = [reading.read(text.encode()).paragraphs for text in (before, after)]
    return list(comparison.compare(*both))


def told(before, after):
    return [(one.change.value, one.before, one.after) for one in compare(before, after)]


def test_paragraphs_that_came_went_and_stayed():
    before = "One is here.\n\nTwo is here as well.\n\nThree is gone."
    after = "New at the top it is.\n\nOne  is HERE.\n\nTwo is there as well."
    assert told(before, after) == [
        ("added", None, 1),
        ("same", 1, 2),
        ("changed", 2, 3),
        ("removed", 3, None),
    ]


def test_a_paragraph_that_moved_is_neither_gone_nor_new():
    before = "One is here.\n\nTwo is here as well.\n\nThree ends it.\n\nFour is last."
    after = "Three  ENDS it.\n\nOne is here.\n\nTwo is here as well.\n\nThree ends it, twice.\n\nFive was never said."
    assert told(before, after) == [
        ("moved", 3, 1),
        ("same", 1, 2),
        ("same", 2, 3),
        ("removed", 4, None),
        ("added", None, 4),
        ("added", None, 5),
    ]


def test_words_that_changed():
    pieces = compare("They open a joint office.", "They open one office today.")[0].pieces
    assert pieces == (
        Piece(Change.SAME, "They open "),
        Piece(Change.REMOVED, "a joint"),
        Piece(Change.ADDED, "one"),
        Piece(Change.SAME, " office"),
        Piece(Change.ADDED, " today"),
        Piece(Change.SAME, "."),
    )


def test_what_has_little_in_common_is_gone_and_come():
    assert told("Nobody saw it coming.", "Every year the parties meet.") == [("removed", 1, None), ("added", None, 1)]
    assert told("Nobody saw it.", "Every year.\n\nThey meet.") == [
        ("removed", 1, None),
        ("added", None, 1),
        ("added", None, 2),
    ]


def test_very_long_paragraphs_and_documents_are_compared():
    assert told("a b " * 20_000, "a c " * 20_000) == [("removed", 1, None), ("added", None, 1)]
    many = "\n\n".join(f"Paragraph {number} says this." for number in range(3000))
    assert len(compare(many, many.replace("says", "said"))) >= 3000


@given(st.text("ab ", max_size=40), st.text("ab ", max_size=40))
def test_words_add_up_to_both_texts(before, after):
    pieces = list(comparison.words(before, after))
    assert "".join(p.text for p in pieces if p.kind is not Change.ADDED) == before
    assert "".join(p.text for p in pieces if p.kind is not Change.REMOVED) == after
