"""Mails about accounts: they lead to PUBLIC_URL, whatever name the request asked for, and go to nobody unknown."""

import re

import pytest
from allauth.account.models import EmailAddress

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_by_another_name(settings):
    settings.PUBLIC_URL = "https://register.example.org"
    settings.ALLOWED_HOSTS = ["*"]


def test_link_of_a_forgotten_password_leads_to_the_register(client, dave, mailoutbox):
    client.post("/account/password/reset/", {"email": dave.email}, headers={"host": "evil.example"})
    (mail,) = mailoutbox
    assert re.findall(r"https?://[^/\s]+", mail.body) == ["https://register.example.org"]
    assert "evil" not in mail.body + mail.subject
    link = re.search(r"https://register\.example\.org(/\S+)", mail.body)[1]
    assert client.get(link, follow=True).status_code == 200


def test_stranger_gets_no_mail_and_the_same_answer(client, dave, mailoutbox):
    known = client.post("/account/password/reset/", {"email": dave.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.to for mail in mailoutbox] == [[dave.email]]


def test_link_of_an_address_to_confirm_leads_to_the_register(client, dave, mailoutbox):
    client.force_login(dave)
    EmailAddress.objects.create(user=dave, email=dave.email, primary=True, verified=False)
    client.post("/account/email/", {"action_send": "", "email": dave.email}, headers={"host": "evil.example"})
    (mail,) = mailoutbox
    assert "https://register.example.org/account/confirm-email/" in mail.body
    assert "evil" not in mail.body + mail.subject
