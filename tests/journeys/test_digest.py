"""From a change in the register to a mail, to the page that shows it, to the link in it that ends it."""

import datetime as dt
import io
import re
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from recommendations.actions import comment, followup, saved_view
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
    assert "Not assessed → In preparation. Self-reported by Alice." in " ".join(text.split())

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


def test_a_mention_comes_by_mail_leads_to_the_comment_and_can_be_ended(page, post, item, alice, dave):
    sign_in(page, alice)
    page.goto("/recommendations/T-900/")
    comment.write(item.reference, "@Dave, have you seen this?", actor=alice, now=dt.datetime.now(dt.UTC))
    call_command("send_digests", stdout=io.StringIO())
    ((recipient, content),) = post.letters
    assert recipient == dave.email
    letter = message_from_bytes(content, policy=policy.default)
    assert letter["Subject"] == "T-900: Alice mentioned you in a comment"
    text = letter.get_body(("plain",)).get_content()
    assert "have you seen this" not in text

    page.context.clear_cookies()
    sign_in(page, dave)
    page.goto(re.search(r"\S+#comment-\S+", text)[0])
    assert "have you seen this?" in page.inner_text("main")
    page.context.clear_cookies()
    page.goto(re.search(r"\S+/digests/unsubscribe/\S+", text)[0])
    page.click("button:has-text('End this digest')")
    comment.write(item.reference, "@Dave, still?", actor=alice, now=dt.datetime.now(dt.UTC))
    call_command("send_digests", at=(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)).isoformat(), stdout=io.StringIO())
    assert len(post.letters) == 1


def test_from_a_saved_view_to_its_digest(page, post, item, owned, alice, dave):
    now = dt.datetime.now(dt.UTC)
    saved_view.keep("Prepared", "status=in_preparation", actor=dave, now=now)
    sign_in(page, dave)
    page.goto("/account/saved-views/")
    page.click("a:has-text('Get a digest about it')")
    page.click("button:has-text('Subscribe')")
    page.wait_for_selector(".message-success")
    assert "Your saved view “Prepared”" in page.inner_text("main")
    said = followup.Statement(as_of=now.date(), narrative="A working group was set up.")
    followup.assess(item.reference, "in_preparation", kind="self", statement=said, actor=alice, now=now, seen=None)
    send(now + dt.timedelta(days=7))
    ((recipient, content),) = post.letters
    text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
    assert recipient == dave.email
    assert "About: Your saved view “Prepared”" in text
    assert "A working group was set up." in text
