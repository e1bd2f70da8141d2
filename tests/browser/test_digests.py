"""Pages of digests on a screen, on a phone, light and dark: nothing is cut off, and axe has nothing against them."""

import datetime as dt
from urllib.parse import urlsplit

import pytest

from recommendations.actions import followup, visitor
from recommendations.actions.subscription import Wish
from recommendations.digests import confirmation, links, rounds
from recommendations.models import Delivery, Subscription
from tests.browsing import enter, follow, look_everywhere

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sent(item, owned, alice, erin):
    """A digest that was sent to Erin, and one that is uncertain."""
    now = dt.datetime.now(dt.UTC)
    said = followup.Statement(as_of=now.date(), narrative="A working group was set up.")
    followup.assess(item.reference, "in_preparation", kind="self", statement=said, actor=alice, now=now, seen=None)
    for cadence in ("weekly", "daily"):
        Subscription.objects.create(person=erin, cadence=cadence, created_at=now)
    rounds.run(at=now + dt.timedelta(days=7))
    first, second = Delivery.objects.filter(state="sent").order_by("id")
    past = now - dt.timedelta(hours=1)
    Delivery.objects.filter(pk=second.pk).update(state="handed_over", token=second.uuid, lease_until=past)
    return first


@pytest.mark.parametrize("path", ["", "preview/", "log/", "{0}/", "subscriptions/{1}/"])
def test_pages_of_digests_are_fit_to_be_seen(page, sent, erin, path):
    enter(page, erin)
    page.goto("/digests/" + path.format(sent.uuid, sent.subscription.uuid))
    look_everywhere(page)


def test_the_page_behind_the_link_is_fit_to_be_seen(page, sent):
    page.goto(f"/digests/unsubscribe/{links.sign(sent.subscription)}/")
    look_everywhere(page)


@pytest.fixture
def asked(page):
    """The letter to a visitor who reads Russian."""
    visitor.ask(Wish(language="ru"), "visitor@example.org", "Europe/Minsk", now=dt.datetime.now(dt.UTC))
    return Delivery.objects.get()


def test_what_a_visitor_sees_is_fit_to_be_seen(page, asked):
    confirm = urlsplit(links.confirm(asked)).path
    page.goto(confirm)
    look_everywhere(page)
    follow(page, "button", "Да, присылайте мне эту сводку")
    look_everywhere(page)
    follow(page, "link", "Изменить сейчас")
    look_everywhere(page)
    follow(page, "button", "Отписаться от этой сводки")
    look_everywhere(page)
    page.goto("/digests/confirm/cut.short/")
    look_everywhere(page)


def test_the_way_to_get_no_letter_is_fit_to_be_seen(page, asked):
    never = urlsplit(links.never(asked.subscription)).path
    page.goto(never)
    look_everywhere(page)
    follow(page, "button", "Больше никогда не писать на этот адрес")
    look_everywhere(page)
    page.goto("/digests/never/cut.short/")
    look_everywhere(page)


def test_the_letter_that_asks_is_fit_to_be_read(page, asked):
    for width in (600, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(confirmation.letter(asked).html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mail_is_fit_to_be_read(page, sent, scheme):
    for width in (600, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.set_content(sent.html)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
