"""Sentences: found where they end, in two languages, and always where they say they are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import reading, sentences
from recommendations.texts.kinds import ParagraphKind
from tests.proportion import grows_in_proportion


def said(text):
    return [text[start:end] for start, end in sentences.spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "One. | Two. | Three",
        "Trade grew to $35.4 billion, or 9.4 percent. | It fell by 5.5 points.",
        "Mr. Smith met Dr. Jones. | They talked.",
        "It was said by A. Wess Mitchell. | Nobody answered.",
        "The U.S. Congress met. | It was late.",
        "See e.g. Table 3 and Fig. 4, i.e. the annex. | It is long.",
        "It grew (see No. 5). | It fell.",
        "“It is time.” | “It is not!” he said. | They left.",
        "“Why now?” he asked. | Nobody knew… | So it ended.",
        "They waited... and waited. | Then they left... | Nobody saw it.",
        "What is new?! | Nothing.",
        "It shows; it proves; it ends. | The end.",
        "He quoted it (“in full.”) | She did not.",
        "Вторая часть, т. е. главная, готова. | Третья нет.",
        "Встреча прошла в г. Минске. | Договор подписан в 2018 г. | Он действует.",
        "Доклад А. С. Пушкина и проф. Иванова. | Он велик.",
        "Рост на 5 млрд руб. | Спад на 3 тыс. человек.",
        "«Пора начинать!» — сказал он. | «Да.» | Все встали.",
        "Учтены дороги, мосты и т. д. | Остальное позже.",
        "См. рис. 3 и ст. 5. | Далее текст.",
        "В XX в. Москва росла. | Она растёт.".replace("В XX в. Москва", "В XX веке Москва"),
        "Needed are:\n | - a fund;\n | - a court;\n | - a fair.",
        "Needed are:\n | * a fund\n | * a court",
        "Нужны:\n | 1. Фонд.\n | 2. Суд.",
        "A line that was broken\nin the middle. | Another.",
        "A dash that was broken\n– here – stays. | Another.",
        "1. First of all. | Then more.",
        "First point. | 2. Second point. | Then more.",
        "No end",
        "Сказано («всё.») | Далее.",
    ],
)
def test_sentences_end_where_they_end(text):
    assert said(text.replace(" | ", " ").replace("\n ", "\n")) == [part.strip() for part in text.split(" | ")]


@given(st.text(alphabet=st.sampled_from('aБ1 .!?…\n"”»)(—-*;тег'), max_size=200) | st.text(max_size=200))
def test_sentences_slice_back_and_leave_only_white_space_out(text):
    found = list(sentences.spans(text))
    at = 0
    for start, end in found:
        assert at <= start < end <= len(text)
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert text[at:].strip() == ""


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6))
def test_sentences_of_a_document_slice_back(parts):
    try:
        read = reading.read("\n\n".join(parts).encode(errors="replace"))
    except reading.decoding.Unreadable:
        return
    found = list(sentences.split(read.paragraphs))
    assert all(read.text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(read.paragraph_at(one.start).number == one.paragraph for one in found)
    assert all(read.paragraph(one.paragraph).kind in sentences.SPOKEN for one in found)


@pytest.mark.uncounted
@pytest.mark.parametrize(
    "piece", ["A. ", "... ", "( . ( ", "1. ", "\n- a;", "г. А", ".\n", "“.” ", "a", ".", "\n", "«(((("]
)
def test_hostile_texts_take_time_in_proportion(piece):
    assert grows_in_proportion(
        lambda text: list(sentences.spans(text)), lambda size: piece * (size // len(piece)), 4_000
    )


LONG = "Every year the two parties should meet in one city and publish what they agreed on that day"


def test_what_is_said_again_has_the_same_key():
    text = f"Opening\n\n{LONG}. They go home.\n\nOther words of no weight stand here.\n\n{LONG.replace('Every', 'Each')}. They go  home.\n"
    read = reading.read(text.encode())
    first, home, _other, again, home_again = sentences.split(read.paragraphs)
    assert read.paragraph(4).kind is ParagraphKind.REPEAT
    assert again.text != first.text
    assert again.key == first.key == sentences.key_of(first.text.upper())
    assert home_again.key == home.key
    assert len({one.key for one in (first, home)}) == 2


def test_a_repeat_with_another_sentence_in_it_keeps_that_ones_own_key():
    text = f"{LONG} in spring. Go home.\n\n{LONG} in spring. Stay there. More."
    one, two, three, four, five = sentences.split(reading.read(text.encode()).paragraphs)
    assert three.key == one.key
    assert len({two.key, four.key, five.key}) == 3
