"""The page of keys, and the way to it from everywhere."""

import pytest

from tests.web.markup import faults

pytestmark = pytest.mark.django_db


def test_keys_are_listed_on_a_page_that_needs_no_script(client, words, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        page = words(client.get("/keys/"))
    assert "<kbd>/</kbd>" in page
    assert "data-keys-switch hidden" in page  # the script shows it
    assert faults(page) == []


def test_every_page_leads_there(client, words):
    page = words(client.get("/organizations/"))
    assert '<a href="/keys/" data-keys data-search="/recommendations/#q">Keys</a>' in page
    assert "recommendations/keys.js" in page
