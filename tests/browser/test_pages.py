"""Every page in a real browser: axe finds nothing, nothing is wider than the window, the browser complains of nothing.

With SCREENSHOTS=folder each page is also kept there as a picture: `make screenshots`.
"""

# ruff: noqa: F811 - fixtures are imported

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.places import OWN, PUBLIC
from tests.browser.windows import NARROW, WIDE, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
PLACES = [("", name, path) for name, path in PUBLIC.items()]
PLACES += [(who, name, path) for who, places in OWN.items() for name, path in places.items()]
WINDOWS = {
    "wide": (WIDE, "light"),
    "narrow": (NARROW, "light"),
    "dark": (WIDE, "dark"),
    "narrow-dark": (NARROW, "dark"),
}
FOLDER = os.environ.get("SCREENSHOTS", "")
TRIED = WINDOWS if FOLDER else ("wide", "narrow-dark")  # each size and each scheme once


def faults(page):
    """Return what is wrong with a page, in words."""
    found = [f"{v['id']}: {node['target']} {node['html'][:150]}" for v in axe(page) for node in v["nodes"]]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + page.complaints + ([f"{wider} px too wide"] if wider > 0 else [])


def axe(page):
    return Axe().run(page, options=RULES).response["violations"]


@pytest.mark.parametrize("window", TRIED)
def test_every_page_can_be_read_by_everybody(come, window):
    size, scheme = WINDOWS[window]
    visitors = {who: come(who, size=size, scheme=scheme) for who in ("", *OWN)}
    wrong = []
    for who, name, path in PLACES:
        page = visitors[who].open(path)
        expected = 404 if name == "missing" else 200
        if page.answer.status != expected:
            wrong.append(f"{who} {path}: {page.answer.status}")
        wrong += [f"{who} {path}: {one}" for one in faults(page) if "status of 404" not in one]
        keep(page, f"{who}-{name}-{window}".strip("-"))
        page.close()
    assert not wrong, "\n".join(wrong)


def keep(page, name):
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(FOLDER) / f"{name}.png", full_page=True)


def test_axe_sees_what_it_has_to_see(come):
    page = come().open("/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"x\"><button></button>')")
    assert {violation["id"] for violation in axe(page)} >= {"image-alt", "button-name"}
