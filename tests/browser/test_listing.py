"""The list in a browser: what comes in its place, and what stands in its cells on a phone. Journeys go through the rest."""

# ruff: noqa: F811 - fixtures are imported

import pytest
from playwright.sync_api import expect

from tests.browser.windows import NARROW, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/recommendations/"


def test_what_is_no_list_is_shown_as_it_is(come):
    page = come().open(LIST)
    page.evaluate(
        "document.querySelector('[name=theme]').value = '%%%'; document.querySelector('#filters').open = true"
    )
    page.locator("[name=theme]").first.check()
    expect(page.get_by_role("heading", level=1)).to_have_text("This request cannot be understood")


def test_on_a_phone_cells_have_names(come):
    page = come(size=NARROW, scheme="dark").open(f"{LIST}?columns=verified,source")
    said = "cell => getComputedStyle(cell, '::before').content"
    cells = page.locator("table.recommendations tbody tr").first.locator("td")
    assert [cells.nth(n).evaluate(said) for n in range(3)] == ["none", '"Reviewed"', '"Source"']
