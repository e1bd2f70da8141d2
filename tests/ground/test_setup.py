"""The first administrator, by the one-time link."""

import time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from recommendations.actions import founding
from recommendations.models import Person
from recommendations.rules.access import Role

pytestmark = pytest.mark.django_db
SAID = {"name": "Erin", "email": "Erin@Example.org", "password": "a long and unusual one"}


def link(token=None):
    return reverse("setup", args=[token or founding.invite()])


def test_link_makes_the_first_administrator_and_signs_them_in(client):
    address = link()
    page = client.get(address)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    done = client.post(address, SAID)
    assert (done.status_code, done["Location"]) == (302, "/")
    person = Person.objects.get()
    assert (person.email, person.name, person.role) == ("erin@example.org", "Erin", Role.ADMINISTRATOR)
    assert person.check_password(SAID["password"])
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get("/admin/outbox/").status_code == 200


def test_link_works_once(client):
    first, second = link(), link()
    client.post(first, SAID)
    for address in (first, second):
        for answer in (Client().get(address), Client().post(address, {**SAID, "email": "mallory@example.org"})):
            assert answer.status_code == 404
    assert Person.objects.count() == 1


def test_looking_does_not_use_the_link_up(client):
    address = link()
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client.post(address, SAID).status_code == 302


def test_link_expires(client):
    address = link()
    with time_machine.travel(time.time() + 86_401):
        assert client.get(address).status_code == 404
        assert client.post(address, SAID).status_code == 404


@pytest.mark.parametrize("token", ["found", "found:x:y", "other", "%00", "x" * 2000])
def test_forged_link_leads_nowhere(client, token):
    assert client.get(f"/setup/{token}/").status_code == 404


def test_signature_for_something_else_leads_nowhere(client):
    assert client.get(link(founding._SIGNER.sign("another"))).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nobody"), ("email", ""), ("name", ""), ("name", "N" * 151), ("password", "short"), ("password", "")],
)
def test_wrong_input_is_told_beside_its_field(client, field, value):
    answer = client.post(link(), {**SAID, field: value})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Person.objects.exists()


def test_password_like_the_address_is_refused(client):
    answer = client.post(link(), {**SAID, "password": "erin@example.org"})
    assert list(answer.context["form"].errors) == ["password"]


def test_control_characters_are_refused(client):
    answer = client.post(link(), {**SAID, "name": "Er\x07in"})
    assert answer.status_code == 400
    assert not Person.objects.exists()


def test_loser_of_a_race_is_told(client, monkeypatch, erin):
    monkeypatch.setattr(founding, "is_open", lambda _token: True)
    answer = client.post(link(), SAID)
    assert answer.status_code == 400
    assert "administrator" in str(answer.context["form"].non_field_errors())
    assert Person.objects.count() == 1
