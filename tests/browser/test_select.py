"""Selecting words of a source in a real browser: by mouse, by keyboard alone, and without scripts."""

import pytest
from django.utils import timezone

from recommendations.actions import source
from recommendations.models import Passage
from recommendations.models.person import REGISTER
from tests.browsing import VIEWS, enter, look, look_everywhere
from tests.factories import RecommendationFactory, SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Meetings\n\nThe 𝒢reat parties should open a joint office. They must hold a fair.\n\nNothing else is said here, at all."
SELECT = """([from, to]) => {
  const words = document.querySelector("#p2 .reading-words");
  const nodes = [];
  const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
  const first = nodes.find((node) => node.data.includes(from));
  const last = nodes.findLast((node) => node.data.includes(to));
  const range = document.createRange();
  range.setStart(first, first.data.indexOf(from));
  range.setEnd(last, last.data.indexOf(to) + to.length);
  document.getSelection().removeAllRanges();
  document.getSelection().addRange(range);
}"""
BOX = """(wanted) => {
  const walker = document.createTreeWalker(document.querySelector("#p2 .reading-words"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(wanted);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + wanted.length);
    const box = range.getBoundingClientRect();
    return { left: box.left, right: box.right, y: box.top + box.height / 2 };
  }
}"""


@pytest.fixture
def report(carol):
    made = SourceFactory(slug="report", title_en="The report")
    source.read_in("report", TEXT.encode(), actor=REGISTER, now=timezone.now())
    return made


@pytest.fixture
def reading(page, report, carol):
    enter(page, carol)
    page.goto("/sources/report/")
    return page


def fill(page, reference="T-1"):
    page.fill("[name=reference]", reference)
    page.fill("[name=title_en]", "A fair")
    page.click("text=Register it")
    page.wait_for_selector(".message-success")


def test_words_selected_by_mouse_become_a_recommendation(reading):
    box = reading.evaluate(BOX, "open a joint office")
    reading.mouse.move(box["left"], box["y"])
    reading.mouse.down()
    reading.mouse.move(box["right"], box["y"], steps=5)
    reading.mouse.up()
    reading.wait_for_selector(".track-selection:visible")
    reading.click(".track-selection")
    assert reading.inner_text(".passage-quote mark") == "open a joint office"
    fill(reading)
    assert Passage.objects.get().anchors.get().exact == "open a joint office"
    reading.goto("/sources/report/")
    assert reading.inner_text("#p2 mark.passage") == "open a joint office"


def test_tags_of_passages_are_no_part_of_what_is_selected(reading, report):
    RecommendationFactory(reference="T-7", source=report)
    for words in (("open", "office"), ("should", "They must")):
        reading.goto("/sources/report/")
        reading.evaluate(SELECT, words)
        reading.wait_for_selector(".track-selection:visible")
        reading.click(".track-selection")
        reading.click("text=Add them to a recommendation")
        reading.select_option("[name=reference]", "T-7")
        reading.click("text=Add the passage")
        reading.wait_for_selector(".message-success")
    exact = [passage.anchors.get().exact for passage in Passage.objects.order_by("position")]
    assert exact == ["open a joint office", "should open a joint office. They must"]


def test_selection_is_said_and_reached_by_tab_and_goes_with_it(reading):
    reading.evaluate(SELECT, ("hold", "fair"))
    reading.wait_for_selector(".track-selection:visible")
    assert "Press Tab" in reading.inner_text(".reading-text [role=status]")
    reading.focus("#p2 .reading-track")
    reading.keyboard.press("Tab")
    assert reading.evaluate("document.activeElement.className") == "button track-selection"
    for width, scheme in VIEWS:
        reading.set_viewport_size({"width": width, "height": 900})
        reading.emulate_media(color_scheme=scheme)
        reading.wait_for_timeout(300)
        look(reading, width, scheme)
    reading.keyboard.press("Enter")
    reading.wait_for_selector(".passage-quote")
    assert reading.inner_text(".passage-quote mark") == "hold a fair"
    reading.go_back()
    reading.evaluate(SELECT, ("hold", "fair"))
    reading.wait_for_selector(".track-selection:visible")
    reading.evaluate("document.getSelection().removeAllRanges()")
    reading.wait_for_selector(".track-selection", state="hidden")
    reading.evaluate("document.getSelection().selectAllChildren(document.querySelector('h1'))")
    reading.wait_for_timeout(200)
    assert not reading.is_visible(".track-selection")


def test_pages_are_accessible(reading, report):
    second = TEXT.replace("a joint office", "one common office")
    for path in (
        "/sources/report/",
        "/sources/report/coverage/",
        "/sources/report/track/?paragraph=2",
        "/sources/report/track/?start=10&end=30",
    ):
        reading.goto(path)
        look_everywhere(reading)
    fill(reading)
    source.read_in("report", second.encode(), actor=REGISTER, now=timezone.now())
    passage = Passage.objects.get()
    for path in (
        "/sources/report/compare/",
        f"/sources/report/?place={passage.uuid}",
        f"/passages/{passage.uuid}/place/?start=10&end=30",
        f"/passages/{passage.uuid}/remove/",
        "/sources/report/track/add/?start=10&end=30",
    ):
        reading.goto(path)
        look_everywhere(reading)
    reading.goto("/sources/report/coverage/")
    reading.click(".waiting summary")
    look_everywhere(reading)
