"""The page that compares two texts of a source."""

import re

import pytest

from recommendations.actions import passage, source
from recommendations.actions.selection import Selection
from recommendations.models.person import REGISTER
from tests.factories import NOW, RecommendationFactory, SourceFactory
from tests.web.markup import faults

pytestmark = pytest.mark.django_db

TEXT = "Both sides should open a joint office.\n\nThey must hold a fair.\n\nNothing else is said."
PAGE = "/sources/report/compare/"


@pytest.fixture
def texts():
    report = SourceFactory(slug="report")
    source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW)
    for reference, words, seen in (("T-1", "joint office", "public"), ("T-2", "hold a fair", "internal")):
        RecommendationFactory(reference=reference, source=report, visibility=seen)
        start = TEXT.index(words)
        passage.add(reference, "report", Selection(1, start, start + len(words)), actor=REGISTER, now=NOW)
    source.read_in("report", TEXT.replace("a joint", "one <joint>").encode(), actor=REGISTER, now=NOW)


def page(client, query="", status=200):
    answer = client.get(PAGE + query)
    assert answer.status_code == status
    shown = answer.content.decode()
    assert status != 200 or faults(shown) == []
    return re.sub(r"\s+", " ", shown)


def test_changed_words_and_fates_of_passages(client, texts, dave):
    shown = page(client)
    assert "Changed: paragraph 1" in shown
    assert "<del>a</del><ins>one</ins> <ins>&lt;</ins>joint<ins>&gt;</ins> office." in shown
    assert "2 paragraphs are the same" in shown
    assert "T-1" in shown
    assert "T-2" not in shown
    client.force_login(dave)
    assert "T-2" in page(client)


def test_any_two_can_be_compared_in_either_direction(client, texts):
    RecommendationFactory(reference="T-3", source=source.Source.objects.get(slug="report"))
    assert "Nothing: the two texts have the same paragraphs." in page(client, "?from=2&to=2")
    source.read_in("report", ("New here.\n\n" + TEXT).encode(), actor=REGISTER, now=NOW)
    start = TEXT.index("Nothing") + len("New here.\n\n")
    passage.add("T-3", "report", Selection(3, start, start + 12), actor=REGISTER, now=NOW)
    shown = page(client, "?from=3&to=1")
    assert "Gone: paragraph 1 of the text before" in shown
    assert "Not looked for in both texts" in shown
    shown = page(client, "?from=1&to=3")
    assert "New: paragraph 1" in shown
    source.read_in("report", ("New here.\n\n" + TEXT.replace("a fair", "some fair")).encode(), actor=REGISTER, now=NOW)
    assert "Changed: paragraph 2, now 3" in page(client, "?from=1&to=4")


def test_fates_are_seen_from_the_text_before(client, texts, dave):
    client.force_login(dave)
    first, second, third = TEXT.split("\n\n")
    source.read_in("report", f"{third}\n\n{first}\n\n{second}".encode(), actor=REGISTER, now=NOW)
    shown = page(client, "?from=1&to=3")
    assert "Moved: paragraph 3, now 1" in shown
    assert "1 paragraph moved" in shown
    assert shown.count("Moved: the same words in another paragraph") == 2
    source.read_in("report", b"Quite another document.", actor=REGISTER, now=NOW)
    shown = page(client)
    assert shown.count("Lost: the text after does not hold it") == 2
    assert "0 of 2 passages in their place" in shown
    assert page(client, "?from=4&to=1").count("Found again") == 2


def test_an_altered_passage_is_told_word_by_word(client, texts):
    text = TEXT.replace("joint office", "common office and a house")
    source.read_in("report", text.encode(), actor=REGISTER, now=NOW)
    shown = page(client, "?from=1&to=3")
    assert "Altered: it is said in other words" in shown
    assert "<del>joint</del>" in shown.split("What is different")[0]


def test_what_cannot_be_compared_is_not_found(client, texts):
    for query in ("?from=9", "?to=x", "?from=1&to=99999999999999999999"):
        page(client, query, 404)
    SourceFactory(slug="unread")
    assert client.get("/sources/unread/compare/").status_code == 404
    assert client.get("/sources/nowhere/compare/").status_code == 404
