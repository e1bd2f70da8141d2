"""A steward splits a recommendation with the keyboard, and everybody sees what came of it."""

# ruff: noqa: F811 - fixtures are imported

import pytest

from tests.browser.windows import NARROW, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_more_opens_by_keyboard_and_leads_to_the_parts(come):
    page = come("steward").open("/recommendations/RB-05/")
    more = page.locator("details.more > summary")
    assert not page.get_by_role("link", name="Split into parts").is_visible()
    more.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Split into parts").press("Enter")
    page.get_by_role("button", name="More rows").click()
    assert page.locator("fieldset.part").count() == 6
    for number, title in ((0, "Experts"), (5, "The public")):
        page.locator(f"#id_reference_{number}").fill(f"RB-2{number}")
        page.locator(f"#id_title_en_{number}").fill(title)
    page.get_by_role("button", name="Split it").click()
    assert page.locator("table.parts tbody tr").count() == 2
    assert "RB-05 has 2 parts now" in page.inner_text("main")
    assert page.complaints == []


def test_the_menu_fits_a_phone(come):
    page = come("steward", size=NARROW).open("/recommendations/RB-05/")
    page.locator("details.more > summary").click()
    assert page.get_by_role("link", name="Withdraw").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
