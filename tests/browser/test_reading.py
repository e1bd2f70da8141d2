"""The reading view in a real browser: sections and passages by keyboard, notes beside the text and below it, nothing in the way."""

import pytest

from recommendations.actions import passage, source
from recommendations.actions.passage import Placing
from recommendations.models.person import REGISTER
from tests.browsing import look, tab_to
from tests.factories import NOW, RecommendationFactory, SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILLER = "\n\n".join(f"Nothing is recommended here, {number} times over, and nobody says why." for number in range(40))
TEXT = f"First heading\n\nThey should open a joint office.\n\n{FILLER}\n\nSecond heading\n\nThey must hold a fair."
COVERED = """() => [...document.querySelectorAll("main a, main button, main input, main summary")].filter((one) => {
  if (!one.checkVisibility()) return false;
  one.focus();
  const box = one.getClientRects()[0];
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(one.contains(top) || top?.contains(one));
}).map((one) => one.outerHTML)"""


@pytest.fixture
def places():
    """Two recommendations, each at one end of a long text: the addresses of their passages."""
    report = SourceFactory(slug="report")
    made = []
    for words in (("open", "office"), ("hold", "fair")):
        item = RecommendationFactory(source=report, status="partly", reported_status="partly")
        passage.place(item.reference, "report", [Placing(*words)], actor=REGISTER, now=NOW)
        made.append(item.passages.get().uuid)
    source.read_in("report", TEXT.encode(), actor=REGISTER, now=NOW)
    return made


def focused(page):
    return page.evaluate("document.activeElement.id")


def enter(page, selector):
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_the_text_is_walked_by_keyboard_and_notes_are_beside_it_or_below(page, places):
    first, second = places
    page.goto("/sources/report/")
    note, paragraph = page.locator(f"#note-{first}"), page.locator("#p2")
    assert note.bounding_box()["x"] >= paragraph.bounding_box()["x"] + paragraph.bounding_box()["width"]
    assert note.get_by_text("Self-reported").is_visible()
    enter(page, f".contents a[href='#passage-{second}']")
    assert focused(page) == f"passage-{second}"
    assert 0 <= page.locator(".contents").bounding_box()["y"] < 40  # it came along
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#note-{second}")
    enter(page, f"#note-{second} a[href='#passage-{first}']")
    assert focused(page) == f"passage-{first}"
    assert page.evaluate(COVERED) == []
    page.fill("[name=paragraph]", "44")
    page.press("[name=paragraph]", "Enter")
    page.wait_for_url("**/sources/report/#p44")
    look(page, 390, "dark")
    assert not note.get_by_text("Self-reported").is_visible()
    assert note.bounding_box()["y"] >= paragraph.bounding_box()["y"] + paragraph.bounding_box()["height"]
    note.locator("summary").click()
    assert note.get_by_text("Self-reported").is_visible()
