"""From hints to selectors, and what becomes of them in other editions of the text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recommendations.texts import likeness, reading, selectors
from recommendations.texts.anchoring import AnchorState, Hint, NotFound, locate, reanchor
from recommendations.texts.selectors import select
from tests.proportion import grows_in_proportion

TEXT = """Share this article

One city shall hold the fair.

Trade

It is useful to open a “joint fund” – with a council;
to move students and staff; and to align the rules of both sides.

One city shall hold the fair.

Institutions

A court should be asked more often than it is asked today, by producers and by ministries alike.
"""


def read(text):
    return reading.read(text.encode())


def found(first, last, paragraph=None, section="", text=TEXT):
    return locate(Hint(first, last, paragraph, section), read(text))


def test_hint_leads_to_quote_and_place():
    place = found("to open", "a council", 4, "Trade")
    assert place.exact == "to open a “joint fund” – with a council"
    assert TEXT[place.start : place.end] == place.exact
    assert TEXT[: place.start].endswith(place.prefix)
    assert TEXT[place.end :].startswith(place.suffix)
    assert len(place.prefix) == len(place.suffix) == selectors.CONTEXT
    assert place.paragraph == 4


def test_hint_is_blind_to_case_spaces_quotes_and_dashes():
    assert found('"JOINT fund"', "- with a\ncouncil").exact == "“joint fund” – with a council"
    assert found("with a council", "to move").exact == "with a council;\nto move"


def test_hint_with_one_word_for_both_ends():
    assert found("students", "students").exact == "students"
    assert found("move students", "students").exact == "move students"


def test_numbers_of_another_copy_lead_to_the_nearest_in_the_section():
    assert found("One city", "the fair", 9).paragraph == 5
    assert found("One city", "the fair", 1).paragraph == 2
    assert found("One city", "the fair", 1, "trade").paragraph == 5
    assert found("A court", "alike", 99, "Nowhere").paragraph == 7


def test_body_goes_before_repeats_and_chrome():
    body = "We should share this article of faith among all the people who come to the fair in spring."
    text = f"Share this article\n\n{body}\n\n{body}\n\nNothing more is said of it here, and it ends."
    assert found("share this", "article", text=text).paragraph == 2
    assert found("share this", "article", 9, text=text).paragraph == 2


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("no such", "words", "No paragraph holds the words “no such”"),
        ("open a", "ministries", "Paragraph 4 holds “open a”, but no paragraph holds “ministries” after it"),
    ],
)
def test_hint_that_leads_nowhere_says_why(first, last, words):
    with pytest.raises(NotFound, match=words):
        found(first, last)


def test_context_grows_until_copies_differ():
    near = "The same words on both sides of it, more than sixty-four characters of them, "
    text = f"Alpha. {near}the quote, {near}end.\n\nBeta. {near}the quote, {near}end."
    place = found("the quote", "quote", 2, text=text)
    assert len(place.prefix) == 2 * selectors.CONTEXT
    assert "Beta" in place.prefix


def test_context_of_endless_copies_has_an_end():
    text = "again and " * 2_000
    place = select(read(text), 10_000, 10_005)
    assert (place.exact, len(place.prefix)) == ("again", selectors.LONGEST_CONTEXT)


def test_selectors_are_those_of_the_standard():
    place = found("to open", "a council")
    assert place.as_w3c() == [
        {"type": "TextQuoteSelector", "exact": place.exact, "prefix": place.prefix, "suffix": place.suffix},
        {"type": "TextPositionSelector", "start": place.start, "end": place.end},
    ]


def became(place, text):
    return reanchor(place, read(text))


def test_unchanged_passage_is_anchored():
    place = found("to open", "a council")
    assert became(place, TEXT).state is AnchorState.ANCHORED
    assert became(place, TEXT).selectors == place


def test_passage_is_anchored_when_its_paragraph_only_slides():
    anchoring = became(found("to open", "a council"), TEXT.replace("One city", "One small city"))
    assert (anchoring.state, anchoring.similarity) == (AnchorState.ANCHORED, 1.0)


def test_passage_in_another_paragraph_is_moved():
    anchoring = became(found("to open", "a council"), "New.\n\n" + TEXT)
    assert (anchoring.state, anchoring.selectors.paragraph) == (AnchorState.MOVED, 5)


def test_passage_with_other_line_breaks_is_the_same():
    anchoring = became(found("to open", "move students"), TEXT.replace(";\nto", "; to"))
    assert (anchoring.state, anchoring.similarity) == (AnchorState.ANCHORED, 1.0)


@pytest.mark.parametrize(
    ("first", "last", "old", "new", "quote"),
    [
        (
            "to open",
            "a council",
            "open a “joint",
            "open soon a “common",
            "to open soon a “common fund” – with a council",
        ),
        ("align the", "both sides", "align the rules", "harmonise the rules", "harmonise the rules of both sides"),
        ("align the", "rules of both", "rules of both", "rules of all", "align the rules of all"),
        (
            "A court",
            "alike.",
            "than it is asked today",
            "than today",
            "A court should be asked more often than today, by producers and by ministries alike.",
        ),
        ("“joint", "fund”", "“joint fund”", "«joint funds»", "«joint funds»"),
        ("to open", "a council", "“joint fund” –", "'joint fund' -", "to open a 'joint fund' - with a council"),
        (
            "A court",
            "alike",
            "A court should be asked",
            "Should be asked",
            "Should be asked more often than it is asked today, by producers and by ministries alike",
        ),
    ],
)
def test_altered_passage_gives_its_new_words(first, last, old, new, quote):
    anchoring = became(found(first, last), TEXT.replace(old, new))
    assert anchoring.state is AnchorState.ALTERED
    assert anchoring.selectors.exact == quote
    assert 0.6 <= anchoring.similarity < 1


@pytest.mark.parametrize(
    "text",
    [
        "Quite another document.",
        "A court and ministries are named.",
        "!!!",
        TEXT.replace("A court should be asked", "")[:150],
    ],
)
def test_removed_passage_is_lost(text):
    anchoring = became(found("A court", "alike"), text)
    assert (anchoring.state, anchoring.selectors) == (AnchorState.LOST, None)
    assert anchoring.similarity < 0.6


def test_passage_without_words_is_found_or_lost():
    place = select(read("one ***, two"), 4, 7)
    assert became(place, "zero, one ***, two").state is AnchorState.ANCHORED
    assert became(place, "one, two").state is AnchorState.LOST


def test_altered_passage_does_not_run_into_the_next_paragraph():
    place = found("One city", "the fair", 5)
    anchoring = became(place, "One city shall hold\n\nfair games and more of them in spring.")
    assert anchoring.selectors is None or "\n" not in anchoring.selectors.exact


words = st.text(alphabet="abc de\n.", max_size=60)


@given(words, words)
def test_text_added_elsewhere_never_loses_an_anchor(before, after):
    place = found("to open", "both sides")
    changed = f"{before}\n\n{TEXT.replace('Trade', 'Trade' + after)}{after}"
    anchoring = became(place, changed)
    assert anchoring.state in {AnchorState.ANCHORED, AnchorState.MOVED}
    assert anchoring.selectors.exact == place.exact


@given(st.integers(0, 150), st.integers(0, 150), st.booleans())
def test_text_removed_elsewhere_never_loses_an_anchor(start, length, at_end):
    place = found("to open", "both sides")
    cut = (place.end, place.end + length) if at_end else (min(start, place.start), min(start + length, place.start))
    changed = TEXT[: cut[0]] + TEXT[cut[1] :]
    anchoring = became(place, changed)
    assert anchoring.selectors.exact == place.exact
    assert changed.strip() in {changed.strip(), read(changed).text.strip()}


@given(st.text(alphabet="xyz \n", min_size=1, max_size=400), st.sampled_from([2, 5]))
def test_copies_are_told_apart_by_what_is_around_them(added, paragraph):
    place = found("One city", "the fair", paragraph)
    changed = f"{added.strip() or 'x'}\n\n{TEXT}"
    expected = changed.find(place.exact) if paragraph == 2 else changed.rfind(place.exact)
    assert became(place, changed).selectors.start == expected


def test_copies_with_like_surroundings_are_told_apart_by_nearness():
    text = "again and " * 50
    place = select(read(text), 200, 205)
    assert became(place, text).selectors.start == 200


@given(st.text(max_size=200), st.text(max_size=300), st.data())
def test_any_passage_of_any_text_has_an_answer(old, new, data):
    assume(old.strip() and new.strip() and "\x00" not in old + new)
    try:
        before, after = read(old), read(new)
    except (reading.decoding.Unreadable, UnicodeEncodeError):
        assume(False)
    start = data.draw(st.integers(0, len(before.text) - 1))
    end = data.draw(st.integers(start + 1, len(before.text)))
    place = select(before, start, end)
    assert reanchor(place, before).selectors == place
    anchoring = reanchor(place, after)
    assert (anchoring.state is AnchorState.LOST) == (anchoring.selectors is None)
    if anchoring.selectors:
        assert after.text[anchoring.selectors.start : anchoring.selectors.end] == anchoring.selectors.exact
    assert anchoring == reanchor(place, after)


@pytest.mark.uncounted
@pytest.mark.parametrize("filler", ["again and ", "to open a joint fund with ", "a", "слова разные и много. \n\n"])
def test_any_text_is_searched_in_time_in_proportion(filler):
    place = found("to open", "both sides")

    def search(text):
        became(place, text)
        became(place, text + TEXT)

    assert grows_in_proportion(search, lambda size: filler * (size // len(filler)), 4_000)


def test_long_quote_is_compared():
    text = " ".join(f"word{number % 700}" for number in range(4_000))
    place = select(read(text), 0, len(text))
    assert became(place, text.replace("word5 word6", "word6 word5")).state is AnchorState.ALTERED
    assert likeness.closest(place, read("nothing in common")) is None


def test_long_quote_of_two_words_only_is_lost_when_they_change():
    place = select(read("one two " * 300), 0, 2_399)
    assert became(place, "two one three " * 300).state is AnchorState.LOST
