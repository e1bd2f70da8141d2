"""Signing in, and everything about it: the pages of allauth in our frame."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from recommendations.models import Person
from tests.factories import PASSWORD
from tests.web.markup import faults

NEUTRAL = "Listing a proposal is not endorsing it."
ENTRANCES = ("account_login", "account_signup", "account_reset_password", "account_reset_password_done")
OWN = (
    "account_logout",
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "mfa_index",
)
GUARDED = ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def client_b():
    """A second browser."""
    return Client()


def sign_in(client, person, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": person.email, "password": password, **more})


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.mark.parametrize("name", ENTRANCES)
def test_entrance_is_in_our_frame(client, name):
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert faults(page) == []
    assert page.count(NEUTRAL) == 1


@pytest.mark.parametrize("name", OWN + GUARDED)
def test_page_about_signing_in_is_in_our_frame(client, dave, name):
    sign_in(client, dave)
    confirm(client)
    answer = client.get(reverse(name))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert faults(page) == []
    assert page.count(NEUTRAL) == 1


@pytest.mark.parametrize("name", OWN + GUARDED)
def test_page_about_signing_in_is_for_those_signed_in(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302


def test_secret_of_an_authenticator_is_drawn_in_the_page(client, dave):
    sign_in(client, dave)
    confirm(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "<?xml" not in page


def test_nobody_makes_an_account_for_themselves(client, dave):
    said = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), said)
    assert answer.status_code == 200
    assert "By invitation" in answer.content.decode()
    assert list(Person.objects.all()) == [dave]


@pytest.mark.parametrize("address", ["3rdparty/", "3rdparty/signup/", "3rdparty/login/error/", "social/connections/"])
def test_nobody_signs_in_by_an_account_elsewhere(client, dave, address):
    for _ in range(2):
        answer = client.get(f"/account/{address}")
        assert (answer.status_code, faults(answer.content.decode())) == (404, [])
        sign_in(client, dave)


def test_signing_in_leads_to_where_one_wanted_to_go(client, dave):
    answer = sign_in(client, dave, next="/recommendations/")
    assert answer.status_code == 302
    assert answer["Location"] == "/recommendations/"
    assert client.session["_auth_user_id"] == str(dave.pk)


def test_signing_in_leads_nowhere_else(client, dave):
    assert sign_in(client, dave, next="https://evil.example/")["Location"] == settings.LOGIN_REDIRECT_URL


def test_wrong_password_says_so_and_keeps_the_address(client, dave):
    answer = sign_in(client, dave, "not the password")
    page = answer.content.decode()
    assert "You are not signed in" in page
    assert f'value="{dave.email}"' in page
    assert faults(page) == []
    assert "_auth_user_id" not in client.session


def test_unknown_address_gets_the_same_answer_as_a_wrong_password(client, dave):
    known = sign_in(client, dave, "not the password").content.decode()
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "not the password"})
    assert unknown.content.decode().count("<li>") == known.count("<li>")
    assert "You are not signed in" in unknown.content.decode()


def test_too_many_tries_are_told_when_to_come_back(client, dave):
    for _ in range(5):
        sign_in(client, dave, "not the password")
    page = sign_in(client, dave).content.decode()
    assert "Too many failed login attempts" in page
    answers = [
        client.post(reverse("account_login"), {"login": f"a{n}@example.org", "password": "x"}) for n in range(11)
    ]
    page = answers[-1].content.decode()
    assert answers[-1].status_code == 429
    assert "Wait five minutes" in page
    assert faults(page) == []


def test_password_change_ends_other_sessions_and_shows_the_rules(client, client_b, dave):
    sign_in(client, dave)
    sign_in(client_b, dave)
    page = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "short"})
    assert "There is a problem" in page.content.decode()
    said = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(reverse("account_change_password"), said).status_code == 302
    assert client.get(reverse("account_change_password")).status_code == 200
    assert client_b.get(reverse("account_change_password")).status_code == 302
