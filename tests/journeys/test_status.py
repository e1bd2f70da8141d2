"""From the article's proposal to a verified status, a digest and an API: the main job, through the doors."""

import datetime as dt
import io
import json
import threading
import urllib.request

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page

from recommendations.actions import assignment
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
    page.click("text=Update status")
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


def subscribe(page: Page) -> None:
    """Subscribe to the weekly digest that the form offers."""
    page.goto("/digests/")
    page.click("main button:has-text('Subscribe')")
    page.wait_for_selector(".message-success")


def ask(live_server, key: str, address: str) -> dict:
    """Read from the API as a program does."""
    request = urllib.request.Request(f"{live_server.url}/api/v1/{address}", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def key_of(person) -> str:
    """Make a token by command; it is printed once."""
    out = io.StringIO()
    call_command("token", "create", email=person.email, scope="read", format="json", stdout=out)
    return json.loads(out.getvalue())["key"]


def send_twice_at_once() -> None:
    """Run two senders together, as if two beats had woken two workers, and a third one after them."""
    at = (timezone.now() + dt.timedelta(days=8)).isoformat()  # closes the running week early

    def send():
        try:
            call_command("send_digests", at=at, stdout=io.StringIO())
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    send()


def test_a_digest_tells_of_the_change_once_and_the_api_shows_both_ratings(
    page, live_server, ministry, alice, bob, post
):
    with_catalogue("ministry")
    sign_in(page, alice)
    subscribe(page)
    report_with_link(page, "in_preparation", url="https://example.org/programme", title="Draft programme")
    sign_in(page, bob)
    review(page, "in_preparation")

    item = ask(live_server, key_of(bob), f"recommendations/{REFERENCE}/")
    assert (item["status"], item["reported_status"], item["verified_status"]) == ("in_preparation",) * 3
    rated = ask(live_server, key_of(bob), f"recommendations/{REFERENCE}/assessments/")["results"]
    assert sorted((said["kind"], said["value"]) for said in rated) == [
        ("review", "in_preparation"),
        ("self", "in_preparation"),
    ]

    send_twice_at_once()
    assert [recipient for recipient, _content in post.letters] == [alice.email] * 3
    about = {
        "What I am responsible for",
        "Everything I may see",
        "2 notices for you in the register",
    }  # two come unasked
    letters = [mail.get_body(("plain",)).get_content() for mail in post.messages]
    said = {one: letter for letter in letters for one in about if one in letter}
    assert said.keys() == about
    letter = said["Everything I may see"]
    assert REFERENCE in letter
    assert "In preparation" in letter
    sign_in(page, alice)
    page.goto("/digests/")
    page.click("main table a:has-text('digest')")
    assert REFERENCE in page.inner_text("main")
    assert history_is_whole()
