"""Saved views on pages: above the list, on a page of their own."""

import pytest

from recommendations.actions import saved_view
from recommendations.models import SavedView
from tests.factories import NOW
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/account/saved-views/"


def test_visitors_have_none(client):
    page = client.get("/recommendations/")
    assert "Save this view" not in page.content.decode()
    assert not page.cookies
    assert client.get(HERE).url == f"/account/login/?next={HERE}"
    assert client.post(HERE, {"name": "A"}).status_code == 302
    assert not SavedView.objects.exists()


def test_saving_from_the_list_and_going_back_to_it(client, dave, item):
    client.force_login(dave)
    page = client.get("/recommendations/?status=partly&q=&theme=").content.decode()
    assert '<input type="hidden" name="query" value="status=partly">' in page
    answer = client.post(HERE, {"name": "Partly", "query": "status=partly"}, follow=True)
    assert answer.redirect_chain == [("/recommendations/?status=partly", 302)]
    page = answer.content.decode()
    assert "The view “Partly” is saved." in page
    assert '<a href="/recommendations/?status=partly" aria-current="page">Partly</a>' in page
    assert "Save this view" not in page
    assert faults(page) == []
    assert "Save this view" in client.get("/recommendations/").content.decode()
    assert client.post(HERE, {"name": "All", "query": ""}).url == "/recommendations/"


def test_in_the_past_nothing_is_saved(client, dave, item):
    client.force_login(dave)
    assert "Save this view" not in client.get("/recommendations/?as_of=2026-11-24").content.decode()


def test_a_name_that_is_taken_is_said_and_can_be_typed_anew(client, dave):
    saved_view.keep("Partly", "", actor=dave, now=NOW)
    client.force_login(dave)
    answer = client.post(HERE, {"name": "Partly", "query": "status=partly"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You have a saved view with this name" in page
    assert 'value="status=partly"' in page
    assert faults(page) == []
    assert client.post(HERE, {"name": "", "query": ""}).status_code == 400
    wrong = client.post(HERE, {"name": "X", "query": "colour=red"})
    assert wrong.status_code == 400
    assert "There is no parameter “colour”" in text_of(wrong)


def test_the_page_lists_and_removes(client, dave, bob):
    client.force_login(dave)
    assert "You have not saved a view yet." in text_of(client.get(HERE))
    mine = saved_view.keep("Partly", "status=partly", actor=dave, now=NOW)
    theirs = saved_view.keep("Theirs", "", actor=bob, now=NOW)
    text = text_of(client.get(HERE))
    assert "Partly" in text
    assert "Theirs" not in text
    remove = f"{HERE}{{}}/remove/"
    assert client.post(remove.format(theirs.uuid)).status_code == 404
    assert client.get(remove.format(mine.uuid)).status_code == 405
    answer = client.post(remove.format(mine.uuid), follow=True)
    assert "The view “Partly” is removed." in text_of(answer)
    assert [view.name for view in SavedView.objects.all()] == ["Theirs"]


def test_the_list_asks_the_same_for_one_and_three(client, dave, item, django_assert_num_queries):
    client.force_login(dave)
    counts = []
    for number in range(3):
        saved_view.keep(f"V{number}", f"q=v{number}", actor=dave, now=NOW)
        with django_assert_num_queries(20, exact=False) as asked:
            client.get("/recommendations/")
        counts.append(len(asked))
    assert counts[0] == counts[2]
