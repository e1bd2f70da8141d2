"""Second factors: set up, asked for, used once; told of by mail; guarded by the password."""

import re
import time
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.factories import NOW, PASSWORD
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HOME = "/account/2fa/"
LOGIN = "/account/login/"
ASKED = f"{HOME}authenticate/"


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def sign_in(client, someone, where=""):
    return client.post(LOGIN, {"login": someone.email, "password": PASSWORD, "next": where})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up(client):
    """Set up an app by its page; returns its secret and the recovery codes."""
    page = client.get(f"{HOME}totp/activate/").content.decode()
    secret = re.search(r'<code class="key-text"[^>]*>(\w+)<', page)[1]
    answer = client.post(f"{HOME}totp/activate/", {"code": code_of(secret)})
    assert answer.url == f"{HOME}recovery-codes/"
    codes = re.findall(r"<li><code>(\d+)</code>", client.get(answer.url).content.decode())
    assert len(codes) == 10
    return secret, codes


def test_app_is_asked_for_from_then_on_and_a_code_serves_once(client, dave, clock):
    sign_in(client, dave)
    secret, _codes = set_up(client)
    clock.shift(60)
    first, second = Client(), Client()
    assert sign_in(first, dave, "/my/").url == ASKED
    assert faults(first.get(ASKED).content.decode()) == []
    assert "Not accepted" in text_of(first.post(ASKED, {"code": "000000"}))
    assert first.post(ASKED, {"code": code_of(secret)}).url == "/my/"
    assert sign_in(second, dave).url == ASKED
    assert "was used before" in text_of(second.post(ASKED, {"code": code_of(secret)}))
    assert second.get("/my/").status_code == 302
    clock.shift(30)
    assert second.post(ASKED, {"code": code_of(secret)}).url == "/"


def test_recovery_code_lets_in_once(client, dave):
    sign_in(client, dave)
    _secret, codes = set_up(client)
    for spare, status in ((codes[0], 302), (codes[0], 200), (codes[1], 302)):
        lost = Client()
        sign_in(lost, dave)
        assert lost.post(ASKED, {"code": spare}).status_code == status
    page = client.get(f"{HOME}recovery-codes/").content.decode()
    assert not {*codes[:2]} & {*re.findall(r"\d+", page)}
    assert "8 are left" in text_of(client.get(HOME))
    assert client.get(f"{HOME}recovery-codes/download/").content.decode().split() == codes[2:]


def test_recovery_codes_are_made_anew(client, dave):
    sign_in(client, dave)
    _secret, codes = set_up(client)
    assert "stop working" in text_of(client.get(f"{HOME}recovery-codes/generate/"))
    page = client.post(f"{HOME}recovery-codes/generate/", follow=True).content.decode()
    assert not {*codes} & {*re.findall(r"\d+", page)}


def test_app_is_removed_and_the_recovery_codes_with_it(client, dave):
    sign_in(client, dave)
    set_up(client)
    assert faults(client.get(f"{HOME}totp/deactivate/").content.decode()) == []
    assert "The app is removed" in text_of(client.post(f"{HOME}totp/deactivate/", follow=True))
    assert not Authenticator.objects.exists()
    assert sign_in(Client(), dave).url == "/"


def test_who_has_a_second_factor_can_still_change_their_address(client, dave):
    dave.emailaddress_set.create(email=dave.email, verified=True, primary=True)
    sign_in(client, dave)
    set_up(client)
    assert client.post("/account/email/", {"action_add": "", "email": "new@example.org"}).status_code == 302
    assert dave.emailaddress_set.filter(email="new@example.org", verified=False).exists()


@pytest.mark.parametrize("way", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"])
def test_who_just_signed_in_is_not_asked_again_and_after_five_minutes_is(client, dave, clock, way):
    sign_in(client, dave)
    assert client.get(HOME + way).status_code == 200
    clock.shift(301)
    again = client.get(HOME + way)
    assert again.url == f"/account/reauthenticate/?next={quote(HOME + way, safe='')}"
    page = client.get(again.url)
    assert faults(page.content.decode()) == []
    assert "This is not your password" in text_of(client.post(again.url, {"password": "wrong"}))
    assert client.post(again.url, {"password": PASSWORD}).url == HOME + way
    assert client.get(HOME + way).status_code == 200


def test_who_has_an_app_may_show_it_instead_of_the_password(client, dave, clock):
    sign_in(client, dave)
    secret, _codes = set_up(client)
    clock.shift(301)
    page = client.get(f"{HOME}totp/deactivate/", follow=True)
    assert "By a code of your app" in text_of(page)
    where = f"{HOME}reauthenticate/?next={HOME}totp/deactivate/"
    assert faults(client.get(where).content.decode()) == []
    assert client.post(where, {"code": code_of(secret)}).url == f"{HOME}totp/deactivate/"


def test_keeper_of_the_register_is_led_to_a_second_factor_and_on(client, carol, settings):
    settings.STAFF_SECOND_FACTOR = True
    sign_in(client, carol)
    assert client.get("/history/?verb=amended").url == HOME
    assert client.post("/history/").url == HOME
    page = client.get(HOME)
    assert "signs in with a second factor" in text_of(page)
    set_up(client)
    page = client.get(f"{HOME}recovery-codes/")
    assert 'href="/history/?verb=amended"' in page.content.decode()
    assert client.get("/history/?verb=amended").status_code == 200
    assert "Go on to where you wanted" not in text_of(client.get(HOME))


def test_passkey_of_a_browser_without_scripts_is_refused_in_words(client, dave):
    page = client.post(f"{HOME}webauthn/login/", {"credential": ""}, follow=True)
    assert "Passkeys need JavaScript" in text_of(page)
    assert "<noscript>" in page.content.decode()


@pytest.mark.parametrize(
    "said", ["[1]", '"x"', "{", '{"id": "x"}', '{"rawId": "x", "response": {}}', '{"response": 1}']
)
def test_passkey_that_somebody_made_up_is_refused(client, dave, said):
    assert (
        "_auth_user_id"
        not in client.post(f"{HOME}webauthn/login/", {"credential": said}, follow=True).wsgi_request.session
    )
    sign_in(client, dave)
    for way in ("webauthn/add/", "webauthn/reauthenticate/"):
        assert client.post(HOME + way, {"credential": said}).status_code in {200, 302}
    assert not Authenticator.objects.exists()


def test_passkey_that_is_not_accepted_leads_back_to_another_try(client, dave):
    sign_in(client, dave)
    Authenticator.objects.create(user=dave, type=Authenticator.Type.WEBAUTHN, data={})
    where = f"{HOME}webauthn/reauthenticate/?next={HOME}totp/deactivate/"
    assert client.post(where, {"credential": '{"id": "x"}'}).url == where
    assert "Not accepted" in text_of(client.get("/account/"))
