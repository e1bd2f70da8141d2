"""A real browser for tests: its fixtures, the ways to sign in, and what is looked at on every page."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from recommendations.models import Person
from tests import sample
from tests.factories import PASSWORD
from tests.standing import Standing

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
VIEWS = [(1280, "light"), (390, "dark")]  # each width and each scheme once
if os.environ.get("SCREENSHOTS"):
    VIEWS += [(1280, "dark"), (390, "light")]


@pytest.fixture(scope="session")
def browser(kept: Standing, django_db_blocker: DjangoDbBlocker) -> Iterator[Browser]:
    """Debian's chromium, started once."""
    with django_db_blocker.unblock():
        kept.turn_to("")
        connection.close()  # Playwright runs a loop in this thread, and there Django keeps lines of their own
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """An empty window on the running register. A complaint of the browser (a policy, a script) fails the test."""
    cache.clear()  # counts of sign-ins among them
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if is_complaint(said.text) else None)
    opened.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    yield opened
    context.close()
    assert not complaints, complaints


def is_complaint(said: str) -> bool:
    """Tell whether the browser found the page at odds with its policy.

    Pico's own icons are blocked, and replaced by ours a moment later: whether the browser asks for them before that is
    a matter of luck.
    """
    return "olicy" in said and not said.startswith("Loading the image 'data:")


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Sign in by the page, as people do."""
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_selector(".masthead-name")


def enter(page: Page, person: Person) -> None:
    """Be signed in already: quicker, for tests that are about something else."""
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )


def follow(page: Page, role: str, name: str) -> None:
    """Press Enter on what has the role and the name, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).press("Enter")


def look(page: Page, width: int, scheme: str) -> None:
    """Look at the page in a window so wide, in a light or dark scheme: it fits, and axe finds nothing against it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than the window"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def look_everywhere(page: Page) -> None:
    """Look at the page in each window and scheme; where there is no time for that, in one, which its title chooses."""
    for width, scheme in sample.some(VIEWS, page.title()):
        look(page, width, scheme)


def tab_to(page: Page, selector: str, most: int = 100) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached by {most} presses of Tab on {page.url}")
