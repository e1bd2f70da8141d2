"""The page behind a link of a digest on a screen, on a phone, light and dark, in Russian; answered by keyboard, signed in nowhere."""

import datetime as dt

import pytest

from recommendations.actions import followup, reply
from recommendations.digests import links
from recommendations.models import Reply
from tests.browsing import follow, look_everywhere
from tests.factories import DeliveryFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def row(item, owned, alice):
    """A digest that Alice got just now, about what she has reported on."""
    now = dt.datetime.now(dt.UTC)
    said = followup.Statement(now.date(), "A draft.", "Sign the decree.", now.date() + dt.timedelta(days=30))
    followup.assess(item.reference, "partly", kind="self", statement=said, actor=alice, now=now, seen=None)
    return DeliveryFactory(subscription__person=alice, subscription__language="ru")


def open_link(page, row, way, *, days=0):
    made_at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    page.goto(f"/digests/answer/{links.sign_to_answer(reply.Link(row.uuid, 'T-900', made_at))}/{way}/")


@pytest.mark.parametrize("way", links.WAYS.values())
def test_each_way_to_answer_is_fit_to_be_seen(page, row, way):
    open_link(page, row, way)
    look_everywhere(page)


def test_an_answer_is_given_by_keyboard(page, row):
    open_link(page, row, "changed")
    page.get_by_role("radio", name="Готовится").press("Space")
    follow(page, "button", "Записать")
    page.wait_for_selector(".error-summary")
    look_everywhere(page)
    page.fill("[name=narrative]", "Проект отозван.")
    follow(page, "button", "Записать")
    page.get_by_role("heading", name="Ответ записан").wait_for()
    look_everywhere(page)
    assert Reply.objects.get().assessment.value == "in_preparation"


def test_a_link_that_is_too_old_is_fit_to_be_seen(page, row):
    open_link(page, row, "blocked", days=14)
    page.get_by_role("heading", name="Эта ссылка больше не действует").wait_for()
    look_everywhere(page)
