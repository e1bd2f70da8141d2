"""The style guide in a real browser: nothing in it keeps anybody from reading, in either scheme, on either width."""

# ruff: noqa: F811 - fixtures are imported

import pytest

from tests.browser.test_pages import RULES, listening, resize
from tests.browser.windows import Window, chromium  # noqa: F401 - a fixture
from tests.web.test_styleguide import ADDRESS, shown  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALONE = {
    "runOnly": [rule for rule in RULES["runOnly"] if rule != "best-practice"]
}  # landmarks stand here beside each other


def test_everybody_can_read_it(chromium, live_server, shown):
    window = Window(chromium, live_server.url)
    page = window.open(ADDRESS, listening(window))
    wrong = page.complaints
    for place in ("wide", "narrow-dark"):
        resize(page, place)
        found = page.evaluate("options => axe.run(options)", {**RULES, **ALONE})["violations"]
        wrong += [f"{v['id']}: {node['target']}" for v in found for node in v["nodes"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{wider} px too wide ({place})"] if wider else []
    window.context.close()
    assert wrong == []
