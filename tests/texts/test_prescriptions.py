"""What says that something should be done, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import prescriptions, reading, sentences
from tests import article
from tests.proportion import grows_in_proportion

ASKED = {
    "should": "The parties should open a fund.",
    "must": "They must not wait any longer.",
    "ought": "The two sides ought to agree.",
    "need": "Both governments need to act soon.",
    "need_of": "There is an urgent need for a common fund.",
    "needed": "A common fund is urgently needed.",
    "have_to": "The two sides have to open a fund.",
    "it_is": "It is therefore important for both of the sides to open a fund.",
    "it_makes_sense": "It would make sense to open a fund.",
    "it_is_worth": "It would be worth opening a fund.",
    "recommend": "We strongly recommend a common fund.",
    "recommended": "A common fund is recommended.",
    "call_for": "The situation calls for a common fund.",
    "require": "Trade requires urgent care.",
    "merit": "A common fund deserves closer attention.",
    "had_better": "They had better open a fund.",
    "let_us": "Let us open a fund.",
    "solution": "One way out of this could be to open a fund.",
    "следует": "Сторонам не следует медлить.",
    "надо": "Надо создать общий фонд.",
    "необходимо": "Обеим сторонам необходимо создать общий фонд.",
    "нужен": "Для этого нужна общая стратегия.",
    "должен": "Стороны должны создать общий фонд.",
    "важно": "Важно, чтобы стороны создали общий фонд.",
    "было_бы": "Было бы целесообразно создать общий фонд.",
    "представляется": "Представляется целесообразным создание общего фонда.",
    "рекомендуется": "Предлагается создать общий фонд.",
    "требуется": "Для этого требуется общая стратегия.",
    "стоит": "Стоит создать общий фонд.",
    "пора": "Пора создать общий фонд.",
    "заслуживает": "Отдельного внимания заслуживает внимания общий фонд.",
    "давайте": "Давайте создадим общий фонд.",
    "решением": "Решением этой задачи мог бы стать общий фонд.",
}
NOT_ASKED = """
    They had to refute the rumours.
    It must have been late.
    It should not have been done.
    Should they open a fund?
    Should the parties agree, trade will grow.
    If the parties must leave, trade will fall.
    They ask whether the fund should be opened.
    They do not need to hurry.
    It is not necessary to hurry.
    There is no need to hurry.
    A fund is not required.
    It should be noted that trade grew.
    It is important to note that trade grew.
    We should bear in mind that trade grew.
    It is worth noting that trade grew.
    Let us turn to trade.
    The call for proposals is open.
    The need to act was felt.
    Visas are required by law.
    This is a must for tourists.
    Trade grew by 9.4 percent.
    Следует отметить, что торговля выросла.
    Отсюда следует, что торговля выросла.
    Важно понимать, что торговля выросла.
    Не нужно спешить с выводами.
    Виза не требуется.
    Стороны должны были уехать.
    Нужно было уехать раньше.
    Он, должно быть, уехал.
    Не стоит забывать о торговле.
    Следует ли создать фонд?
    Если необходимо создать фонд, стороны договорятся.
    Торговля выросла.
"""


@pytest.mark.parametrize("pattern", ASKED)
def test_what_is_asked_for_is_found_by_its_pattern(pattern):
    found = prescriptions.find(ASKED[pattern])
    assert found is not None
    assert found.pattern == pattern
    assert ASKED[pattern][found.start : found.end].strip()


@pytest.mark.parametrize("sentence", [line.strip() for line in NOT_ASKED.strip().splitlines()])
def test_what_only_sounds_like_it_is_left_alone(sentence):
    assert prescriptions.find(sentence) is None


def test_every_pattern_is_tried():
    assert set(ASKED) == set(prescriptions._SAID)


def test_a_later_match_counts_when_the_first_one_does_not():
    found = prescriptions.find("If they must leave, they must open a fund first.")
    assert (found.pattern, found.start) == ("must", 25)


@given(st.text(alphabet=st.sampled_from("should not needto itsmpran,.?следутьобх "), max_size=200))
def test_places_lie_in_the_sentence(sentence):
    found = prescriptions.find(sentence)
    assert found is None or 0 <= found.start < found.end <= len(sentence)


@pytest.mark.uncounted
@pytest.mark.parametrize(
    "piece",
    [
        "it is ",
        "should ",
        "if ",
        "it is also important for a ",
        "следует быть ",
        "важно а ",
        "way a ",
        "a",
        " ",
        "there is a ",
        "must have ",
    ],
)
def test_hostile_sentences_take_time_in_proportion(piece):
    assert grows_in_proportion(prescriptions.find, lambda size: piece * (size // len(piece)), 4_000)


FLAGGED = {(5, "it_is"): 2, (19, "merit"): 1, (21, "it_is"): 1, (22, "it_is"): 1, (27, "solution"): 1, (28, "it_is"): 1}
FLAGGED |= {(32, "it_is"): 1, (38, "needed"): 1, (42, "it_is"): 1, (43, "it_is"): 2}


@pytest.mark.skipif(article.PATH is None, reason="the article is not at hand")
def test_article_is_flagged_where_it_proposes_and_hardly_anywhere_else():
    found = {}
    for sentence in sentences.split(reading.read(article.PATH.read_bytes()).paragraphs):
        reason = prescriptions.find(sentence.text)
        if reason:
            found[sentence.paragraph, reason.pattern] = found.get((sentence.paragraph, reason.pattern), 0) + 1
    assert found == FLAGGED
