"""Hints made of places lead back to them, with as few words as possible."""

from hypothesis import assume, given
from hypothesis import strategies as st

from recommendations.texts import anchoring, hints, reading, selectors

TEXT = "Meetings\n\nThey should hold a fair each year and hold a fair each month. So it ends.\n\nNothing follows here."


def derive(text, words, longest=120):
    read = reading.read(text.encode())
    start = read.text.index(words)
    place = selectors.select(read, start, start + len(words))
    return hints.derive(read, place, longest=longest), read, place


def test_three_words_are_enough_where_they_are_enough():
    hint, read, place = derive(TEXT, "should hold a fair each year and hold a fair each month")
    assert (hint.first, hint.last, hint.paragraph, hint.section) == ("should hold a", "fair each month", 2, "Meetings")
    assert anchoring.locate(hint, read) == place


def test_more_words_are_taken_where_the_passage_begins_alike_twice():
    hint, read, place = derive(TEXT, "hold a fair each month")
    assert (hint.first, hint.last) == ("hold a fair each month", "hold a fair each month")
    assert anchoring.locate(hint, read) == place


def test_short_passage_is_its_own_hint():
    hint, _read, _place = derive(TEXT, "So it")
    assert (hint.first, hint.last) == ("So it", "So it")


def test_place_over_two_paragraphs_and_very_long_words_get_what_fits():
    hint, _read, _place = derive(TEXT, "So it ends.\n\nNothing follows")
    assert hint.first.startswith("So it ends.")
    word = "a" * 300
    hint, _read, _place = derive(f"Here {word} stands.", word)
    assert (hint.first, hint.last) == ("a" * 120, "a" * 120)
    hint, _read, _place = derive(f"Here {'b' * 100} {'c' * 100} stands.", f"{'b' * 100} {'c' * 100}")
    assert (hint.first, hint.last) == ("b" * 100, "c" * 100)


def test_ends_of_unequal_length_are_each_cut_to_what_fits():
    long = f"{'x' * 80} {'y' * 80}"
    hint, read, place = derive(f"Go on a b c {long} here.", f"a b c {long}")
    assert (hint.first, hint.last) == ("a b c", "y" * 80)
    assert anchoring.locate(hint, read) == place


@given(st.lists(st.sampled_from(["hold", "a", "fair", "and", "so"]), min_size=4, max_size=30), st.data())
def test_hints_lead_back_or_are_at_least_words_of_the_place(words, data):
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip() == text[start:end] != "")
    hint, _read, place = derive(text, text[start:end])
    assert place.exact.startswith(hint.first)
    assert place.exact.endswith(hint.last)
