"""An administrator invites somebody, who comes in; and sends a digest again that failed."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail

from recommendations.management.commands.seed_demo import AT
from recommendations.models import Delivery, Person, Subscription
from tests.factories import DeliveryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def failed(register):
    """A digest that a server refused for good."""
    wish = Subscription.objects.get(person__email=f"owner{AT}", scope="owned")
    return DeliveryFactory(subscription=wish, state="failed", last_error="550 no")


def test_an_administrator_invites_somebody_who_comes_in_and_sends_again_what_failed(walk, failed):
    administrator = walk("administrator").come("/")
    administrator.follow("Administration")
    administrator.come("/admin/recommendations/person/add/")
    form = "#person_form"
    for field, words in (("email", "newcomer@demo.example"), ("name", "Newcomer")):
        administrator.fill(administrator.page.locator(f"{form} [name={field}]"), words)
    administrator.act(administrator.page.locator(f"{form} [name=_save]"))
    assert Person.objects.get(email="newcomer@demo.example").name == "Newcomer"

    (letter,) = mail.outbox
    link = re.search(r"https?://\S+/account/\S+", letter.body)[0]
    newcomer = walk().come(urlsplit(link).path)
    for number in (1, 2):
        newcomer.fill(newcomer.page.locator(f"[name=password{number}]"), "a-long-word-of-mine-7")
    newcomer.act(newcomer.page.locator("main form [type=submit]").first)
    assert Person.objects.get(email="newcomer@demo.example").has_usable_password()

    administrator.come("/digests/")
    administrator.follow("Log of all digests")
    administrator.reads("550 no")
    administrator.press("Send again", exact=False)
    administrator.reads(
        "The digest is sent again within a minute, to %(person)s, with the same Message-ID.",
        within=".message-success",
        person="Demonstration: owner in education",
    )
    assert Delivery.objects.get(pk=failed.pk).state == "planned"
