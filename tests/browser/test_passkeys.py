"""Passkeys in a real browser, with a key that Chromium plays: one is led to them, adds one, signs in with it, removes it."""

import pytest
from allauth.mfa.models import Authenticator

from tests.browsing import look_everywhere, sign_in
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def key(page):
    """A key that knows its owner; `key(False)`: somebody else holds it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    def knows(holder):
        session.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": holder})

    return knows


def test_keeper_is_led_to_a_passkey_that_then_signs_in_alone(page, key, carol, settings):
    settings.STAFF_SECOND_FACTOR = True
    sign_in(page, carol)
    page.goto("/history/?verb=amended")
    page.click("text=Add a passkey")
    page.click("#passkey")
    page.wait_for_url("**/recovery-codes/")
    look_everywhere(page)
    page.click("text=Go on to where you wanted")
    page.wait_for_url("**/history/?verb=amended")

    page.click("text=Sign out")
    page.goto("/account/login/")
    key(False)
    page.click("#passkey")
    page.wait_for_selector("text=Nothing has changed")
    key(True)
    page.click("#passkey")
    page.wait_for_selector(".masthead-name")

    page.goto("/account/2fa/webauthn/")
    assert "signs in alone" in page.inner_text("main")
    look_everywhere(page)
    page.click("main >> text=Remove")
    page.click("text=Remove it")
    page.wait_for_selector("text=You have none so far")
    assert not Authenticator.objects.exists()


def test_passkey_beside_the_password_and_in_its_place_when_asked_again(page, key, dave):
    sign_in(page, dave)
    page.goto("/account/2fa/webauthn/add/")
    page.uncheck("[name=passwordless]")
    page.click("#passkey")
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    page.goto("/account/login/?next=/my/")
    page.fill("[name=login]", dave.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/2fa/authenticate/")
    look_everywhere(page)
    page.click("#passkey")
    page.wait_for_url("**/my/")
    page.goto("/account/2fa/webauthn/reauthenticate/?next=/account/tokens/")
    page.click("#passkey")
    page.wait_for_url("**/account/tokens/")
