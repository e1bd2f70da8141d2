"""The way around: each role is shown its pages, and where it is."""

import re

import pytest

from recommendations.templatetags import navigation

pytestmark = pytest.mark.django_db


def ways(page):
    return re.findall(
        r'<li[^>]*><a href="([^"]+)"([^>]*)>([^<]+)</a></li>', page[page.index('class="ways"') : page.index("<main")]
    )


def test_visitors_are_shown_the_register(client, words):
    shown = ways(words(client.get("/organizations/")))
    assert [label for _address, _mark, label in shown] == [
        "Overview",
        "Recommendations",
        "Sources",
        "Organizations",
        "Publications",
        "History",
    ]
    assert [(address, mark) for address, mark, _label in shown if mark] == [("/organizations/", ' aria-current="page"')]


def test_a_page_below_marks_the_way_to_it(client, ministry, words):
    shown = ways(words(client.get("/organizations/ministry/")))
    assert [(address, mark) for address, mark, _label in shown if mark] == [("/organizations/", ' aria-current="true"')]


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "steward", "administrator"])
def test_administration_is_shown_to_those_who_keep_the_register(people, role, sign_in, words):
    page = words(sign_in(people[role]).get("/"))
    assert ("Administration" in page) is (role in {"steward", "administrator"})
    assert people[role].name in page


def test_pages_that_do_not_exist_are_left_out():
    assert navigation._way("no_such_page", "Nowhere", "/") is None


def test_without_a_request_nothing_is_marked():
    assert navigation.own_pages({}) == []
    assert not any(way.is_here for way in navigation.register_pages({}))
