"""Calendars on pages: the address is shown once, listed without it, revoked."""

import pytest

from recommendations.actions import calendar_address, saved_view
from recommendations.models import CalendarAddress
from tests.factories import NOW
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/account/calendars/"
SAID = {"name": "Ours", "query": "owner=me", "language": "ru"}


def test_calendars_ask_to_sign_in(client):
    assert client.get(HERE).url == f"/account/login/?next={HERE}"
    assert client.post(HERE, SAID).status_code == 302
    assert not CalendarAddress.objects.exists()


def test_a_new_address_is_shown_once(client, dave, settings):
    client.force_login(dave)
    answer = client.post(HERE, SAID)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "private, no-store"
    address, made = answer.context["address"], CalendarAddress.objects.get()
    assert address in answer.content.decode()
    assert faults(answer.content.decode()) == []
    assert address.startswith(f"{settings.PUBLIC_URL}/calendar/")
    assert made.sha256 == calendar_address.fingerprint(address[-47:-4])
    assert (made.query, made.language) == ("owner=me", "ru")
    page = client.get(HERE)
    assert address not in page.content.decode()
    assert "never used" in text_of(page)


def test_saved_views_can_become_calendars(client, dave):
    client.force_login(dave)
    assert "Saved views" not in text_of(client.get(HERE))
    saved_view.keep("Partly", "status=partly", actor=dave, now=NOW)
    saved_view.keep("Mine", "owner=me", actor=dave, now=NOW)
    page = client.get(HERE).content.decode()
    assert '<option value="status=partly">Partly</option>' in page
    assert page.count('value="owner=me"') == 1
    assert client.post(HERE, {**SAID, "query": "status=partly"}).status_code == 201
    assert client.post(HERE, {**SAID, "query": "all"}).status_code == 201
    assert CalendarAddress.objects.filter(query="").count() == 1
    assert client.post(HERE, {**SAID, "query": "status=reversed"}).status_code == 400
    assert client.post(HERE, {**SAID, "name": ""}).status_code == 400


def test_revoking(client, dave, bob):
    mine, _secret = calendar_address.issue("Ours", "", "en", actor=dave, now=NOW)
    client.force_login(bob)
    assert client.post(f"{HERE}{mine.uuid}/revoke/").status_code == 404
    client.force_login(dave)
    assert client.get(f"{HERE}{mine.uuid}/revoke/").status_code == 405
    text = text_of(client.post(f"{HERE}{mine.uuid}/revoke/", follow=True))
    assert "The calendar “Ours” is revoked" in text
    assert "revoked on" in text


def test_history_tells_administrators_what_was_made_by_its_kind(client, erin):
    made, _secret = calendar_address.issue("Ours", "", "en", actor=erin, now=NOW)
    client.force_login(erin)
    text = text_of(client.get("/history/"))
    assert "Calendar" in text
    assert str(made.uuid) not in text


def test_one_and_three_ask_the_same(client, dave, django_assert_num_queries):
    client.force_login(dave)
    counts = []
    for number in range(3):
        calendar_address.issue(f"C{number}", "", "en", actor=dave, now=NOW)
        with django_assert_num_queries(20, exact=False) as asked:
            client.get(HERE)
        counts.append(len(asked))
    assert counts[0] == counts[2]
