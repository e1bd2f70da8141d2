"""Folded text and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import folding


def test_what_differs_between_copies_is_folded():
    assert folding.fold_text(" “One”\u00a0–\nTWO’s  ёлка ") == '"one" - two\'s елка'


def test_letters_that_grow_when_lowered_keep_their_length():
    assert folding.fold_word("İX") == "İx"


def test_only_whole_words_are_found():
    folded = folding.fold("The standards stand. Stand!", 10)
    assert folded.find("stand") == 14
    assert list(folded.every("stand")) == [14, 21]
    assert folded.find("tand") == -1
    assert folded.find("") == -1
    assert folded.origin(14) == 24


@given(st.text())
def test_every_folded_character_has_its_origin(text):
    folded = folding.fold(text)
    for at, letter in enumerate(folded.text):
        if letter != " ":
            assert folding.fold_word(text[folded.origin(at)]) == letter
