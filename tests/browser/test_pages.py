"""Every page in a real browser: axe finds nothing, nothing is wider than the window, nothing moves, the browser complains of nothing.

In English and Russian, on a desk and on a phone, in both schemes: in CI each page in one of these eight, in turn; `make browser`
takes all. And each page once in the narrowest window with letters of twice the size. With SCREENSHOTS=folder each look is also
kept there as a picture.
"""

# ruff: noqa: F811 - fixtures are imported

import os
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from recommendations.models import Person
from tests import sample
from tests.browser.places import ADMINISTRATION, OWN, places
from tests.browser.windows import NARROW, WIDE, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LANGUAGES = ("en", "ru")
WINDOWS = {
    "wide": (WIDE, "light"),
    "narrow-dark": (NARROW, "dark"),
    "dark": (WIDE, "dark"),
    "narrow": (NARROW, "light"),
}
FOLDER = os.environ.get("SCREENSHOTS", "")
ALL = [*product(LANGUAGES, WINDOWS)]
NARROWEST, TWICE = {"width": 320, "height": 640}, {"standard": 32, "fixed": 26}
MOST_SHIFT = 0.01
LISTENING = """
window.noted = { shift: 0, refused: [] };
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) noted.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (one) => noted.refused.push(`${one.effectiveDirective} refuses ${one.blockedURI}`));
"""
CUT_OFF = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  const told = (one) => one.outerHTML.slice(0, 90);
  const past = document.documentElement.scrollWidth - wide;
  if (past > 0) found.push(`${past} px too wide`);
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (one.matches("input, select") || box.width < 2 || box.height < 2 || style.clipPath !== "none" || style.visibility === "hidden") continue;
    const isLong = one.scrollWidth > one.clientWidth + 1, scrolls = /auto|scroll/.test(style.overflowX);
    if (isLong && scrolls && one.tabIndex < 0) found.push(`scrolls and takes no focus: ${told(one)}`);
    if (isLong && /hidden|clip/.test(style.overflowX) && one.clientWidth) found.push(`is cut off: ${told(one)}`);
    if (box.right > wide + 1 && !one.closest(".scroll, pre, svg")) found.push(`is out of sight: ${told(one)}`);
  }
  return found;
}"""


ROLES = ["", *OWN] if not sample.SHORT else ["", "steward"]


@pytest.mark.parametrize("who", ROLES, ids=lambda who: who or "visitor")
def test_every_page_can_be_read_by_everybody(come, who):
    visitor, wrong = come(who), []
    page = listening(visitor)
    for number, (name, path) in enumerate(places(who).items()):
        for language, windows in looks(number):
            speak(visitor, page, language)
            resize(page, windows[0])
            answer = visitor.open(path, page).answer
            wrong += [] if answer.status == (404 if name == "missing" else 200) else [f"{path}: {answer.status}"]
            found = [(windows[0], moved(page))]
            for window in windows:
                resize(page, window)
                found.append((window, faults(page)))
                keep(page, f"{who}-{name}-{language}-{window}".strip("-"))
            found.append(("large", cut_off(page)))
            keep(page, f"{who}-{name}-{language}-large".strip("-"))
            size(page, {})
            wrong += [f"{path} ({language}, {window}): {one}" for window, said in found for one in said]
    assert not wrong, "\n".join(wrong)


def looks(number):
    """Return for a page the languages to load it in, and the windows to look at it through."""
    if not sample.SHORT:
        return [(language, [*WINDOWS]) for language in LANGUAGES]
    language, window = ALL[number % len(ALL)]
    return [(language, [window])]


def listening(window):
    """Return a page that brings axe along wherever it goes, cheaper than to bring it after it, and notes what moves."""
    page = window.blank()
    page.add_init_script(LISTENING)
    page.add_init_script(Axe().axe_script)
    page.letters = page.context.new_cdp_session(page)
    return page


def speak(window, page, language):
    """Read on in a language: a person's own, or a visitor's cookie."""
    if window.who:
        Person.objects.filter(email=f"{window.who}@demo.example").update(language=language)
    else:
        page.context.add_cookies([{"name": "language", "value": language, "url": window.home}])


def resize(page, window):
    (width, height), scheme = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)


def size(page, letters):
    page.letters.send("Page.setFontSizes", {"fontSizes": letters or {"standard": 16, "fixed": 13}})


def faults(page):
    """Return what is wrong with a page, in words; what the browser complained of is told once."""
    found = [f"{v['id']}: {node['target']} {node['html'][:150]}" for v in axe(page) for node in v["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    complaints, page.complaints[:] = [one for one in page.complaints if "status of 404" not in one], []
    return found + complaints + ([f"{wider} px too wide"] if wider > 0 else [])


def moved(page):
    """Return what the page did after it was first drawn, and what its policy refused. Nothing moves, for nobody."""
    noted = page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(noted))))")
    moving = page.evaluate("document.getAnimations().length")
    found = noted["refused"] + ([f"moves by {noted['shift']:.3f}"] if noted["shift"] > MOST_SHIFT else [])
    return found + ([f"{moving} animations"] if moving else [])


def cut_off(page):
    """Return what cannot be read in the narrowest window with letters of twice the size."""
    page.set_viewport_size(NARROWEST)
    size(page, TWICE)
    return page.evaluate(CUT_OFF)


def axe(page):
    return page.evaluate("options => axe.run(options)", RULES)["violations"]


def keep(page, name):
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)


def test_the_administration_obeys_the_policy(come):
    keeper, page = come("administrator"), None
    for path in ADMINISTRATION:
        page = keeper.open(path, page or listening(keeper))
        assert page.answer.status == 200
        assert page.complaints + [one for one in moved(page) if "refuses" in one] == []


def test_what_is_wrong_is_seen(come):
    visitor = come()
    page = visitor.open("/", listening(visitor))
    page.evaluate(
        """new Promise((done) => requestAnimationFrame(() => {
        document.querySelector("h1").insertAdjacentHTML("beforebegin", `
          <img src="x"><button></button><p id="held">${"A line of many words. ".repeat(99)}</p><div id="box"><p>Longer</p></div>
          <div id="slide"><p>Longer</p></div><p id="past">Past the edge</p><script src="https://example.org/x.js"></script>`);
        const script = document.createElement("script");
        script.src = "https://example.org/x.js";
        document.body.append(script);
        for (const [id, overflow] of [["box", "hidden"], ["slide", "auto"]]) {
          document.getElementById(id).style.overflow = overflow;
          document.querySelector(`#${id} p`).style.width = "200rem";
        }
        document.getElementById("past").style.marginLeft = "90rem";
        document.getElementById("past").animate([{ opacity: 0 }, { opacity: 1 }], 60000);
        setTimeout(done, 100);
      }))"""
    )
    assert {violation["id"] for violation in axe(page)} >= {"image-alt", "button-name"}
    refused = "script-src-elem refuses https://example.org/x.js"
    assert [one.partition(" by")[0] for one in moved(page)] == [refused, "moves", "1 animations"]
    said = "\n".join(cut_off(page))
    assert all(part in said for part in ("px too wide", "takes no focus", "is cut off", "is out of sight"))
