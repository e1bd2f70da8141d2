"""Somebody who goes through the register: what they do is said in the words of the page, and done by their hands.

Words are English and are looked up in the language of the way, so that a journey is written once.
"""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Locator, Page, expect

from recommendations.models import Recommendation
from tests.browser.test_pages import RULES
from tests.journeys.ways import Way

FOLDER = Path(__file__).parent
STOP, PLACE = ((FOLDER / name).read_text() for name in ("stop.js", "place.js"))
MOST = 250  # presses of Tab to a place; nobody would press as many


class Walker:
    """One person in one window. `acts` counts what they had to do."""

    def __init__(self, page: Page, way: Way):
        self.page, self.way, self.acts = page, way, 0

    # What they read

    def say(self, words: str, context: str = "", **named) -> str:
        """Return words of the register in the language of the way; what it does not say stays as it is."""
        with translation.override(self.way.language):
            found = pgettext(context, words) if context else gettext(words)
        return found % named if named else found

    def either(self, english: str, russian: str) -> str:
        """Return what they would type, in their language."""
        return english if self.way.language == "en" else russian

    def called(self, reference: str) -> str:
        """Return the title of a recommendation."""
        with translation.override(self.way.language):
            return Recommendation.objects.get(reference=reference).title

    def day(self, day: dt.date) -> str:
        """Return a day as pages write it."""
        with translation.override(self.way.language):
            return date_format(day, "DATE_FORMAT")

    def reads(self, words: str, within: str = "main", **named) -> None:
        """Wait until the page says this there."""
        expect(self.page.locator(within).first).to_contain_text(self.say(words, **named))

    def is_stopped(self, words: str) -> None:
        """See that the focus is where the page says what is wrong, and that its title says so."""
        expect(self.page.locator(".error-summary")).to_be_focused()
        self.reads(words, within=".error-summary")
        assert self.page.title().startswith(self.say("Error:"))

    def heading(self, words: str, **named) -> None:
        """Wait for the page with this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(self.say(words, **named))

    # Where they are

    def come(self, path: str) -> "Walker":
        """Open an address, as from a bookmark or a mail."""
        self.page.goto(path, wait_until="load")
        self.look()
        return self

    def look(self) -> None:
        """Look at the page as a whole."""
        if "/admin/" in self.page.url:
            return  # Django's own pages
        faults = self.page.evaluate(PLACE, {"language": self.way.language, "isPhone": self.way.screen == "phone"})
        assert not faults, "\n".join([self.page.url, *faults])

    def examine(self) -> None:
        """Look closer at a state that no address leads to; axe is asked once of all who come by."""
        self.look()
        if self.way.hands == "pointer" and self.way.has_scripts:
            found = Axe().run(self.page, options=RULES)
            assert found.violations_count == 0, found.generate_report()

    def act(self, target: Locator, *, stays: bool = False) -> None:
        """Do what a thing is for, and wait for the next page, unless it stays on this one."""
        self.acts += 1
        self.approach(target)
        if stays:
            self.hit(target)
            return
        with self.page.expect_navigation(wait_until="load"):
            self.hit(target)
        self.look()

    def find(self, role: str, words: str | re.Pattern, within: str, *, exact: bool = True, **named) -> Locator:
        """Return the first thing of a role with a name."""
        name = words if isinstance(words, re.Pattern) else self.say(words, **named)
        return self.page.locator(within).get_by_role(role, name=name, exact=exact).first

    # What they do

    def follow(self, words: str, *, within: str = "body", stays: bool = False, exact: bool = True, **named) -> None:
        """Go where a link leads."""
        self.act(self.find("link", words, within, exact=exact, **named), stays=stays)

    def press(self, words: str, *, within: str = "body", stays: bool = False, exact: bool = True, **named) -> None:
        """Press a button."""
        self.act(self.find("button", words, within, exact=exact, **named), stays=stays)

    def unfold(self, words: str, *, within: str = "main") -> None:
        """Open what is folded."""
        summary = self.page.locator(within).locator("summary").filter(has_text=re.compile(re.escape(self.say(words))))
        self.act(summary.first, stays=True)

    def field(self, words: str, within: str = "main", context: str = "") -> Locator:
        """Return the field with a label, whether or not it says that it is optional."""
        label = re.compile(rf"^{re.escape(self.say(words, context))}( {re.escape(self.say('(optional)'))})?$")
        return self.page.locator(within).get_by_label(label).first

    def write(self, words: str, text: str, *, within: str = "main", context: str = "") -> None:
        """Fill a field in."""
        self.acts += 1
        self.fill(self.field(words, within, context), text)

    def date(self, words: str, day: dt.date, *, within: str = "main") -> None:
        """Fill a day in."""
        self.acts += 1
        self.fill_day(self.field(words, within), day)

    def choose(self, words: str, option: str, *, within: str = "main", context: str = "") -> None:
        """Choose from a list that folds. The context is that of the option."""
        self.acts += 1
        self.select(self.field(words, within), self.say(option, context))

    def mark(self, words: str, *, within: str = "main", role: str = "radio", exact: bool = True, **named) -> None:
        """Choose one of several, or tick a box."""
        self.acts += 1
        box = self.find(role, words, within, exact=exact, **named)
        self.check(box)
        expect(box).to_be_checked()

    def tick(self, words: str, *, within: str = "main", exact: bool = True, **named) -> None:
        """Tick a box."""
        self.mark(words, within=within, role="checkbox", exact=exact, **named)

    def speaks(self, language: str) -> None:
        """Go on in another language."""
        self.way = replace(self.way, language=language)
        self.press({"en": "English", "ru": "Русский"}[language], within=".languages")

    def attach(self, words: str, file: dict) -> None:
        """Choose a file."""
        target = self.field(words)
        if not self.way.has_scripts:  # Playwright hears of no dialog then
            self.approach(target)
            target.set_input_files(file)
            return
        with self.page.expect_file_chooser() as waiting:
            self.approach(target)  # after which the browser surely knows that we wait
            self.hit(target)
        waiting.value.set_files(file)

    # What their hands do

    def approach(self, target: Locator) -> None:
        raise NotImplementedError

    def hit(self, target: Locator) -> None:
        raise NotImplementedError

    def fill(self, target: Locator, text: str) -> None:
        raise NotImplementedError

    def fill_day(self, target: Locator, day: dt.date) -> None:
        raise NotImplementedError

    def select(self, target: Locator, option: str) -> None:
        raise NotImplementedError

    def check(self, target: Locator) -> None:
        raise NotImplementedError


class Pointer(Walker):
    """A mouse, or a finger on a phone."""

    def approach(self, target):
        """Go there at once."""

    def hit(self, target):
        if self.way.screen == "phone":
            target.tap()
        else:
            target.click()

    def fill(self, target, text):
        target.fill(text)

    def fill_day(self, target, day):
        target.fill(day.isoformat())

    def select(self, target, option):
        target.select_option(label=option)

    def check(self, target):
        if not target.is_checked():
            self.hit(target)


class Keyboard(Walker):
    """Tab, Shift and Tab, Enter, Space, arrows and letters; every stop on the way is looked at."""

    def approach(self, target: Locator) -> None:
        """Go to where the focus is wanted: into the content by the skip link first, then on, or back."""
        wanted = target.element_handle()
        self.begin(wanted)
        stop = self.page.evaluate(STOP, wanted)
        for _ in range(MOST):
            if stop["is"]:
                return
            self.page.keyboard.press("Tab" if stop.get("isBehind", True) else "Shift+Tab")
            stop = self.page.evaluate(STOP, wanted)
            self.check_stop(stop)
        raise AssertionError(f"{target} is not reached from {stop} on {self.page.url}")

    def check_stop(self, stop: dict) -> None:
        """See that somebody without a mouse knows where they are."""
        faults = [] if "/admin/" in self.page.url else stop["faults"]
        assert not faults, "\n".join([self.page.url, stop["what"], *faults])

    def begin(self, wanted) -> None:
        """Skip what stands above the content of every page of ours."""
        if "/admin/" in self.page.url:
            return
        nowhere = (
            "wanted => document.activeElement === document.body && !location.hash && wanted.closest('main') !== null"
        )
        if not self.page.evaluate(nowhere, wanted):
            return
        self.page.keyboard.press("Tab")
        expect(self.page.locator(".skip-link")).to_be_focused()
        self.check_stop(self.page.evaluate(STOP, None))
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()
        self.page.evaluate("delete window.stoppedAt")

    def hit(self, target):
        self.page.keyboard.press("Enter")

    def fill(self, target, text):
        self.approach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def fill_day(self, target, day):
        assert day.day == day.month, "which of the two comes first is the browser's own affair"
        self.approach(target)
        self.page.keyboard.type(f"{day:%d%m%Y}")
        expect(target).to_have_value(day.isoformat())

    def select(self, target, option):
        self.approach(target)
        chosen = "select => select.selectedOptions[0]?.label.trim()"
        options = target.evaluate("select => [...select.options].map((option) => option.label.trim())")
        steps = options.index(option) - options.index(target.evaluate(chosen))
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert target.evaluate(chosen) == option

    def check(self, target):
        self.approach(target)
        if target.get_attribute("type") == "checkbox":
            self.page.keyboard.press("Space")
            return
        for _ in range(20):
            if target.evaluate("radio => radio === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")


BY = {"keyboard": Keyboard, "pointer": Pointer}
