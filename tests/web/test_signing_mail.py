"""Mails about accounts: in our words, in the person's language, to PUBLIC_URL, and to nobody unknown."""

import re
from pathlib import Path

import allauth
import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.cache import cache

from recommendations.actions import person
from recommendations.models import Event, Person
from recommendations.web import signing_words
from tests.factories import NOW, PASSWORD
from tests.web.test_factors import code_of
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
NEW = "new@example.org"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
# For ways of signing in that are switched off here, and for strangers, who get no mail.
UNSENT = {"login_code", "account_already_exists", "email_confirmation_signup", "password_reset_code", "unknown_account"}


@pytest.fixture(autouse=True)
def known_by_another_name(settings):
    settings.PUBLIC_URL = "https://register.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    cache.clear()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def boris(dave):
    """Somebody who reads Russian, seven hours east of here."""
    Person.objects.filter(pk=dave.pk).update(name="Борис", language="ru", time_zone="Asia/Krasnoyarsk")
    dave.refresh_from_db()
    return dave


def sign_in(client, someone):
    EmailAddress.objects.get_or_create(user=someone, email=someone.email, defaults={"verified": True, "primary": True})
    client.post("/account/login/", {"login": someone.email, "password": PASSWORD})


def bodies(mail):
    """Return both parts of a mail, after a look at what holds for each."""
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert 'style="' in html
    assert not re.search(r"<script|<img|<link", html)
    return mail.body, html


def test_everything_that_allauth_mails_here_is_in_our_words():
    sources = Path(allauth.__file__).parent.rglob("*.py")
    known = {found for one in sources for found in re.findall(r'"((?:account|mfa)/email/\w+)"', one.read_text())}
    assert {name for name in known if name.rpartition("/")[2] not in UNSENT} == set(signing_words.MAILS)


def test_link_of_a_forgotten_password_leads_to_the_register(client, dave, mailoutbox):
    client.post("/account/password/reset/", {"email": dave.email}, headers={"host": "evil.example"})
    (mail,) = mailoutbox
    text, html = bodies(mail)
    assert {*re.findall(r"https?://[^/\s\"<]+", text + html)} == {"https://register.example.org"}
    assert "evil" not in text + html + mail.subject
    link = re.search(r"https://register\.example\.org(/\S+)", text)[1]
    assert link in html
    assert "until 27 November 2026, 09:30" in text
    assert client.get(link, follow=True).status_code == 200


def test_stranger_gets_no_mail_and_the_same_answer(client, dave, mailoutbox):
    known = client.post("/account/password/reset/", {"email": dave.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.to for mail in mailoutbox] == [[dave.email]]


def test_password_change_is_told_in_the_persons_language_and_time(client, boris, mailoutbox):
    sign_in(client, boris)
    said = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    client.post("/account/password/change/", said, headers={"user-agent": FIREFOX, "accept-language": "en"})
    (mail,) = mailoutbox
    assert mail.to == [boris.email]
    for part in bodies(mail):
        assert "Борис" in part
        assert "24 ноября 2026, 16:30" in part
        assert "127.0.0.1" in part
        assert "Firefox" in part
        assert "https://register.example.org/account/password/reset/" in part
        assert not re.search(r"\b(?:your|was|the)\b", re.sub(r"<[^>]*>", "", part))


def test_second_factors_are_told(client, dave, mailoutbox, django_capture_on_commit_callbacks):
    sign_in(client, dave)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'<code class="key-text"[^>]*>(\w+)<', page)[1]
    for way, said in (
        ("totp/activate", {"code": code_of(secret)}),
        ("recovery-codes/generate", {}),
        ("totp/deactivate", {}),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"/account/2fa/{way}/", said).status_code == 302
    assert [mail.subject for mail in mailoutbox] == [
        "An authenticator app was set up",
        "You have new recovery codes",
        "Your authenticator app was removed",
    ]


def test_mail_server_that_is_away_stops_nothing_that_has_happened(client, dave, settings, caplog):
    sign_in(client, dave)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    said = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    assert client.post("/account/password/change/", said).status_code == 302
    assert "mail about an account was not sent" in caplog.text


def test_new_address_takes_the_place_of_the_old_one_when_it_is_confirmed(client, boris, mailoutbox):
    sign_in(client, boris)
    assert client.post("/account/email/", {"action_add": "", "email": NEW.upper()}).status_code == 302
    assert "всё остаётся" in text_of(client.get("/account/email/"))
    (asked,) = mailoutbox
    assert asked.to == [NEW]
    text, html = bodies(asked)
    link = re.search(r"https://register\.example\.org(/account/confirm-email/\S+)", text)[1]
    assert link in html
    boris.refresh_from_db()
    assert boris.email == "dave@example.org"
    assert NEW in text_of(client.get(link))
    boris.refresh_from_db()
    assert boris.email == "dave@example.org"
    assert client.post(link).url == "/account/"
    boris.refresh_from_db()
    assert (boris.email, boris.version, Event.objects.count()) == (NEW, 2, 1)
    assert [one.email for one in boris.emailaddress_set.all()] == [NEW]
    told = mailoutbox[1]
    assert told.to == ["dave@example.org"]
    assert all(NEW in part and "/password/reset/" not in part for part in bodies(told))
    assert "не действует" in text_of(client.get(link))
    assert client.post("/account/login/", {"login": NEW, "password": PASSWORD}).status_code == 302


def test_change_of_address_can_be_called_off(client, boris, mailoutbox):
    sign_in(client, boris)
    client.post("/account/email/", {"action_add": "", "email": NEW})
    client.post("/account/email/", {"action_remove": "", "email": NEW})
    assert [one.email for one in boris.emailaddress_set.all()] == [boris.email]
    assert mailoutbox[1].to == [boris.email]
    assert client.get(re.search(r"example\.org(/\S+confirm\S+)", mailoutbox[0].body)[1]).status_code == 200


def test_address_that_somebody_else_got_meanwhile_is_refused_in_words(client, dave, erin, mailoutbox):
    sign_in(client, dave)
    client.post("/account/email/", {"action_add": "", "email": NEW})
    link = re.search(r"example\.org(/\S+confirm\S+)", mailoutbox[0].body)[1]
    other = person.invite(NEW, None, person.Profile("Other"), person.Place(), actor=erin, now=NOW)
    assert "Somebody else signs in with new@example.org" in text_of(client.get(link))
    assert "is registered already" in text_of(client.post(link, follow=True))
    dave.refresh_from_db()
    assert (dave.email, other.email) == ("dave@example.org", NEW)


def test_address_is_changed_by_who_shows_that_it_is_them(client, dave, known_by_another_name):
    sign_in(client, dave)
    known_by_another_name.shift(301)
    answer = client.post("/account/email/", {"action_add": "", "email": NEW})
    assert answer.url.startswith("/account/reauthenticate/")
    assert not EmailAddress.objects.filter(email=NEW).exists()
    client.post(answer.url, {"password": PASSWORD})
    assert EmailAddress.objects.filter(email=NEW, verified=False).exists()


def test_link_to_confirm_an_address_leads_to_the_register(client, dave, mailoutbox):
    client.force_login(dave)
    EmailAddress.objects.create(user=dave, email=dave.email, primary=True, verified=False)
    client.post("/account/email/", {"action_send": "", "email": dave.email}, headers={"host": "evil.example"})
    (mail,) = mailoutbox
    assert "https://register.example.org/account/confirm-email/" in mail.body
    assert "evil" not in mail.body + mail.subject
    client.post(re.search(r"example\.org(/\S+confirm\S+)", mail.body)[1])
    assert dave.emailaddress_set.get().verified
    assert len(mailoutbox) == 1
