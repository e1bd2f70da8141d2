"""From the article's proposal to a verified status: an owner reports with a link, a reviewer reviews, history holds."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page

from recommendations.actions import assignment
from recommendations.models import Recommendation
from recommendations.models.person import REGISTER
from tests.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFERENCE = "RB-03"


def with_catalogue(organization: str) -> None:
    """Load the catalogue and make an organization responsible for the item."""
    call_command("load_catalogue", stdout=io.StringIO())
    now = timezone.now()
    assignment.assign(REFERENCE, organization, role="lead", since=now.date(), actor=REGISTER, now=now)


def report_with_link(page: Page, value: str, *, url: str, title: str) -> None:
    """Report a status on the item's page, with a new link."""
    page.goto("/my/")
    page.click(f"text={REFERENCE}")
    page.click("text=Report the status")
    page.check(f"[name=value][value={value}]")
    page.fill("[name=narrative]", "The programme is being drafted.")
    page.fill("[name=link_url]", url)
    page.fill("[name=link_title]", title)
    page.select_option("[name=link_kind]", "primary")
    page.fill("[name=link_dated_on]", "2026-02-01")
    page.click("text=Record the report")
    page.wait_for_selector(".message-success")


def review(page: Page, value: str) -> None:
    """Review the item, citing the evidence that is there."""
    page.goto("/my/")
    page.click(f"[aria-label='Review {REFERENCE}']")
    page.check(f"[name=value][value={value}]")
    page.check("[name=evidence]")
    page.fill("[name=narrative]", "The draft is public.")
    page.click("text=Record the review")
    page.wait_for_selector(".message-success")


def history_is_whole() -> bool:
    """Run `verify_history`."""
    out = io.StringIO()
    call_command("verify_history", stdout=out)
    return "History is whole" in out.getvalue()


def test_status_is_reported_and_reviewed(page, ministry, alice, bob):
    with_catalogue("ministry")

    sign_in(page, alice)
    report_with_link(page, "in_preparation", url="https://example.org/programme", title="Draft programme")
    said = page.inner_text("main")
    assert f"Your report on {REFERENCE} is recorded: In preparation." in said
    assert "Draft programme" in said
    assert "Alice" in said

    sign_in(page, bob)
    review(page, "no_action")
    said = page.inner_text("main")
    assert f"Your review of {REFERENCE} is recorded: No action found." in said
    for both in ("In preparation", "No action found", "Alice", "Bob", "The draft is public."):
        assert both in said
    assert "status updated" in said.lower()

    item = Recommendation.objects.get(reference=REFERENCE)
    assert (item.reported_status, item.verified_status, item.status) == ("in_preparation", "no_action", "no_action")
    assert history_is_whole()
