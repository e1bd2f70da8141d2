"""Attach and retract evidence on pages."""

import pytest

from recommendations.models import Event, Evidence
from tests.factories import NOW, EvidenceFactory, PersonFactory
from tests.web.test_followup import report, text_of

pytestmark = pytest.mark.django_db
ADD = "/recommendations/T-900/evidence/add/"
LINK = {
    "link_url": "https://example.org/7",
    "link_title": "Decree 7",
    "link_dated_on": "2026-02-01",
    "link_kind": "primary",
}


def retract_address(piece):
    return f"/evidence/{piece.uuid}/retract/"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("reader", 403),
        ("contributor", 200),
        ("reviewer", 200),
        ("steward", 200),
        ("administrator", 200),
    ],
)
def test_add_opens_for_those_who_may(client, people, owned, role, status):
    if people[role]:
        client.force_login(people[role])
    assert client.get(ADD).status_code == status
    response = client.post(ADD, LINK)
    assert response.status_code == (302 if status in {200, 302} else status)
    assert Evidence.objects.count() == (status == 200)
    if status == 200:
        assert response.url == "/recommendations/T-900/"
        assert "The evidence is attached." in text_of(client.get(ADD))


def test_add_to_somebody_elses_missing_or_withdrawn_item(client, item):
    client.force_login(PersonFactory(role="contributor"))
    assert client.get(ADD).status_code == 403
    assert client.get("/recommendations/T-901/evidence/add/").status_code == 404
    item.withdrawn_at = NOW
    item.save()
    client.force_login(PersonFactory(role="steward"))
    assert client.get(ADD).status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"link_url": "javascript:alert(1)"}, "link_url"),
        ({"link_url": "ftp://example.org/"}, "link_url"),
        ({"link_url": "https://user:word@example.org/"}, "link_url"),
        ({"link_url": "https://10.0.0.1/"}, "link_url"),
        ({"link_url": "https://2130706433/"}, "link_url"),
        ({"link_url": "https://example.org:8080/"}, "link_url"),
        ({"link_url": ""}, "link_url"),
        ({"link_title": ""}, "link_title"),
        ({"link_title": "a\x0bb"}, "link_title"),
        ({"link_kind": ""}, "link_kind"),
        ({"link_kind": "rumour"}, "link_kind"),
        ({"link_dated_on": ""}, "link_dated_on"),
        ({"link_dated_on": "9999-12-31"}, "link_dated_on"),
        ({"link_dated_on": "31.12.2020"}, "link_dated_on"),
        ({"link_issuer": "a" * 301}, "link_issuer"),
    ],
)
def test_add_says_what_is_wrong_and_where(client, owned, alice, changed, field):
    client.force_login(alice)
    response = client.post(ADD, {**LINK, **changed})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("visitor", 302),
        ("reader", 403),
        ("reviewer", 403),
        ("steward", 200),
        ("administrator", 200),
        ("contributor", 200),
    ],
)
def test_retract_opens_for_who_attached_it_and_stewards(client, people, owned, item, alice, role, status):
    piece = EvidenceFactory(recommendation=item, added_by=alice)
    if people[role]:
        client.force_login(people[role])
    assert client.get(retract_address(piece)).status_code == status
    response = client.post(retract_address(piece), {"reason": "The link shows something else."})
    assert response.status_code == (302 if status in {200, 302} else status)
    piece.refresh_from_db()
    assert piece.is_standing == (status != 200)


def test_retract_shows_what_rests_on_it_and_asks_why(client, owned, item, alice):
    piece = EvidenceFactory(recommendation=item, added_by=alice)
    report(item, alice, "mostly", evidence=(piece.uuid,))
    client.force_login(alice)
    assert "Self-reported: Mostly implemented, Alice" in text_of(client.get(retract_address(piece)))
    response = client.post(retract_address(piece), {"reason": "  "})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"reason"})
    piece.refresh_from_db()
    assert piece.is_standing


def test_retract_twice_or_what_is_missing(client, owned, item, alice):
    piece = EvidenceFactory(recommendation=item, added_by=alice)
    client.force_login(alice)
    client.post(retract_address(piece), {"reason": "Wrong link."})
    assert client.get(retract_address(piece)).status_code == 409
    response = client.post(retract_address(piece), {"reason": "Wrong again."})
    assert response.status_code == 409
    assert "retracted before" in text_of(response)
    assert client.get("/evidence/0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f/retract/").status_code == 404
    assert client.get("/evidence/1/retract/").status_code == 404
    piece.refresh_from_db()
    assert piece.retraction_reason == "Wrong link."
