"""The pictures of the documentation, drawn anew from the demonstration: `make screenshots`."""

# ruff: noqa: F811 - fixtures are imported

from pathlib import Path

import pytest

from tests.browser.windows import NARROW, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
LARGEST = 150_000
PICTURES = {
    "overview": ("", "/", (1120, 900), "light"),
    "recommendation": ("", "/recommendations/RB-02/", (1180, 1020), "light", 0.75),
    "recommendation-phone-dark": ("", "/recommendations/RB-02/", NARROW, "dark"),
    "list": ("", "/recommendations/", (1120, 820), "light"),
    "assess": ("owner", "/recommendations/RB-03/assess/", (1120, 980), "light"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_draw(come, name):
    who, path, size, scheme, *scale = PICTURES[name]
    page = come(who, size=size, scheme=scheme, scale=scale[0] if scale else 1).open(path)
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")
    assert (FOLDER / f"{name}.png").stat().st_size <= LARGEST
