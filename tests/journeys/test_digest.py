"""From a change in the register to a mail, to the page that shows it, to the link in it that ends it."""

import datetime as dt
import io
import re
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from recommendations.actions import followup
from recommendations.models import Subscription
from tests.browsing import sign_in
from tests.digests.conftest import SMTP_BACKEND
from tests.digests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post(settings, live_server):
    """A mail server on loopback; links in mails lead to the server of the test."""
    with Server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", server.port
        settings.PUBLIC_URL = live_server.url
        yield server.script


def subscribe(page: Page) -> None:
    """Ask for a weekly digest of everything."""
    page.goto("/digests/")
    page.click("button:has-text('Subscribe')")
    page.wait_for_selector(".message-success")


def send(at: dt.datetime) -> str:
    """Run the command as two beats would: one after the other."""
    out = io.StringIO()
    for _beat in range(2):
        call_command("send_digests", at=at.isoformat(), stdout=out)
    return out.getvalue()


def test_digest_arrives_once_is_readable_and_can_be_ended(page, post, item, owned, alice, dave):
    now = dt.datetime.now(dt.UTC)
    sign_in(page, dave)
    subscribe(page)
    said = followup.Statement(as_of=now.date(), narrative="A working group was set up.")
    followup.assess(item.reference, "in_preparation", kind="self", statement=said, actor=alice, now=now, seen=None)

    page.goto("/digests/preview/")
    assert "A working group was set up." in page.inner_text("section.mail")
    assert post.letters == []

    send(now + dt.timedelta(days=7))
    ((recipient, content),) = post.letters
    assert recipient == dave.email
    text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
    assert "Not assessed → In preparation. Self-reported by Alice." in text

    page.goto("/digests/")
    page.click("a:has-text('Weekly digest of the register')")
    shown = page.inner_text("section.mail")
    for words in ("In preparation", "Self-reported by Alice.", "A working group was set up."):
        assert words in shown

    page.context.clear_cookies()
    page.goto(re.search(r"\S+/digests/unsubscribe/\S+", text)[0])
    assert "Nothing has changed yet" in page.inner_text("main")
    assert Subscription.objects.get().ended_at is None
    page.click("button:has-text('End this digest')")
    assert "This digest has ended" in page.inner_text("main")
    assert Subscription.objects.get().ended_at is not None
