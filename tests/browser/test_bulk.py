"""Several at once by keyboard, and a comment with a mention: what people do, without a script on the page."""

# ruff: noqa: F811 - fixtures are imported

import re

import pytest
from playwright.sync_api import expect

from recommendations.models import Batch, Comment, Notice, Recommendation
from tests.browser.test_pages import faults
from tests.browser.windows import NARROW, chromium, come, register  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_amend_two_by_keyboard_and_undo(come):
    page = come("steward").open("/recommendations/")
    for reference in ("RB-03", "RB-05"):
        page.get_by_label(f"Choose {reference}").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Amend").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Amend: 2 recommendations")
    assert faults(page) == []
    page.get_by_label("Priority").select_option("high")
    page.get_by_role("button", name="Amend").press("Enter")
    expect(page.get_by_text("Done to 2 recommendations.")).to_be_visible()
    assert faults(page) == []
    assert set(Recommendation.objects.filter(priority="high").values_list("reference", flat=True)) >= {"RB-03", "RB-05"}
    page.get_by_text("Undo", exact=True).press("Enter")
    page.get_by_role("button", name="Undo it").press("Enter")
    expect(page.get_by_text("All of it is undone.")).to_be_visible()
    assert faults(page) == []
    assert Batch.objects.get().undone_at is not None
    assert Notice.objects.filter(kind="batch").exists()


def test_all_on_the_page_on_a_phone(come):
    page = come("reader", size=NARROW, scheme="dark").open("/recommendations/")
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow: 10 recommendations")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text(re.compile("Done to 9 recommendations. 1 was refused"))).to_be_visible()  # one it followed
    assert faults(page) == []


def test_comment_mentions_and_is_taken_back(come):
    page = come("reviewer").open("/recommendations/RB-05/")
    page.get_by_role("textbox", name="Comment").fill(
        "@demonstration: STEWARD, please **look**. <b onclick=alert(1)>x</b>"
    )
    page.get_by_role("button", name="Comment").press("Enter")
    expect(page.get_by_text("Your comment is written; told: Demonstration: steward.")).to_be_visible()
    expect(page.locator(".mention")).to_have_text("@demonstration: STEWARD")
    assert faults(page) == []
    told = come("steward").open("/my/")
    told.get_by_role("link", name=re.compile("RB-05")).first.click()
    assert told.url.endswith(f"#comment-{Comment.objects.latest('id').uuid}")
    page.get_by_text("Take back").press("Enter")
    page.get_by_role("button", name="Take the comment back").press("Enter")
    expect(page.get_by_text("This comment was taken back.")).to_be_visible()
