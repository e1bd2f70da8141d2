"""A register with demonstration data behind a real server, and Debian's Chromium in front of it."""

import io
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from recommendations.actions import source
from recommendations.models import Person
from recommendations.models.person import REGISTER
from tests.coming import come as sign_in
from tests.commands.test_read_source import catalogue_placings
from tests.keeping import Kept

WIDE, NARROW = (1280, 900), (390, 844)


@pytest.fixture
def chromium(browser):
    """The one browser of the run: Playwright cannot be started twice."""
    return browser


@dataclass
class Window:
    """A browser window on the register: whose, how large, in which colours."""

    browser: Browser
    home: str
    who: str = ""
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    language: str = "en"
    scale: float = 1
    context: BrowserContext | None = None

    def open(self, path: str, page: Page | None = None) -> Page:
        """Open a page, or go on to the next, and keep what the browser complained about in `page.complaints`."""
        page = page or self.blank()
        page.answer = page.goto(self.home + path)
        return page

    def blank(self) -> Page:
        """Return a page with nothing on it so far."""
        if self.context is None:
            self.context = self._come()
        page = self.context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    def _come(self) -> BrowserContext:
        width, height = self.size
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=self.scheme,
            locale=self.language,
            device_scale_factor=self.scale,
        )
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)  # the first page compiles its templates
        if self.who:
            client = Client()
            sign_in(client, Person.objects.get(email__startswith=f"{self.who}@"))
            session = client.cookies["session"].value
            context.add_cookies([{"name": "session", "value": session, "url": self.home}])
        return context


def in_place_of_the_source():
    """Return a text in which each passage is found; the source's own words are not ours to show in pictures."""
    said = {number: [f"This is the place of the source's paragraph {number}."] for number in range(1, 47)}
    for one in catalogue_placings():
        said[one.paragraph or 1].append(f"It proposes to {one.first_words} […] {one.last_words}.")
    ends = (f"Its own words stand here once a copy of it is read in: {number * 37} characters." for number in said)
    return "\n\n".join(" ".join([*words, end]) for words, end in zip(said.values(), ends, strict=True)).encode()


def load():
    """Load the demonstration with its past, and a text in our own words in the place of the source."""
    call_command("seed_demo", stdout=io.StringIO())
    source.read_in("sutyrin-2019", in_place_of_the_source(), actor=REGISTER, now=timezone.now())


LOADED = Kept(load)


@pytest.fixture
def register(live_server):
    """The register with all of that, behind a server."""
    LOADED.give()
    return live_server.url


@pytest.fixture
def come(chromium, register):
    """Open windows: `come(who, size=…, scheme=…)`; all are closed afterwards."""
    windows = []

    def window(who="", **said):
        windows.append(Window(chromium, register, who, **said))
        return windows[-1]

    yield window
    for opened in windows:
        if opened.context:
            opened.context.close()
