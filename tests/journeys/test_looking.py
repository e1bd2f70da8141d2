"""Whether those who go through the register would see what they have to see."""

import pytest

from tests.journeys.walker import PLACE, STOP

pytestmark = pytest.mark.browser
LINK = '<a href="/one">One</a>'
SMALL = '<a href="/two" style="display: block; height: 14px">Two</a>'
PLACES = {
    "its language is ru": ("ru", ""),
    "it has not exactly one first heading": ("en", "<h1>Another</h1>"),
    "it is wider than the window": ("en", '<p style="width: 3000px">Wide</p>'),
    "something moves": (
        "en",
        "<style>@keyframes turn { to { rotate: 1turn } } h1 { animation: turn 9s infinite }</style>",
    ),
    "14 px is small beside another": ("en", SMALL * 2),
    "21 px is low for a thumb": ("en", "<main><button>Send</button></main>"),
}
STOPS = {
    "its focus cannot be seen": "a { outline: none }",
    "its focus is too pale": "a:focus { outline: 3px solid #eee }",
    "something lies over it": "a:focus { outline: 3px solid } body::after { content: ''; position: fixed; inset: 0 }",
    "it is out of sight": "a:focus { outline: 3px solid } a { position: absolute; left: -99rem }",
    "it stands above the stop before it": "a:focus { outline: 3px solid } body { display: flex; flex-direction: column-reverse }",
}


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": 390, "height": 600})
    yield opened
    opened.close()


def look(page):
    return page.evaluate(PLACE, {"language": "en", "isPhone": True})


@pytest.mark.parametrize("fault", PLACES)
def test_what_is_wrong_with_a_page_is_seen(page, fault):
    language, content = PLACES[fault]
    page.set_content(f"<html lang='{language}'><title>Page</title><h1>Page</h1>{content}")
    (said, *others) = look(page)
    assert fault in said
    assert all(fault.partition(" ")[2] in other for other in others)


def test_a_page_that_is_right_is_let_pass(page):
    page.set_content(f"<html lang='en'><title>Page</title><h1>Page</h1><p>Look at {LINK}, and at {LINK}.</p>{SMALL}")
    assert look(page) == []


@pytest.mark.parametrize("fault", STOPS)
def test_what_is_wrong_with_a_stop_is_seen(page, fault):
    page.set_content(f"<style>{STOPS[fault]}</style>{LINK}<br>{LINK}")
    target = page.locator("a").last.element_handle()
    for _ in range(2):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, target)
    assert stop["is"]
    assert any(said.startswith(fault) for said in stop["faults"])


def test_a_stop_that_is_right_is_let_pass(page):
    page.set_content(f"<style>a:focus {{ outline: 3px solid }}</style>{LINK}<br>{LINK}")
    page.keyboard.press("Tab")
    assert page.evaluate(STOP, page.locator("a").last.element_handle()) == {
        "is": False,
        "isBehind": True,
        "faults": [],
        "what": LINK,
    }
