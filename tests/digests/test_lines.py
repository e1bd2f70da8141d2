"""The line to the mail server: encrypted, verified; and the envelope in which each digest leaves."""

import ssl

import pytest
from django.core.mail import send_mail

from recommendations.digests import deliver, links, plan
from recommendations.models import Delivery
from tests.certificates import certificate
from tests.digests.server import Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ca(tmp_path):
    """A certificate for this machine that nobody vouches for, and its key."""
    return certificate(tmp_path, "localhost")


@pytest.fixture(params=["tls_context", "ssl_context"])
def secured(request, settings, post, ca):
    """A mail server with that certificate: by STARTTLS, or encrypted from the beginning."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*ca)
    with Server(**{request.param: tls}) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = request.param == "tls_context", request.param == "ssl_context"
        yield server.script


def ways():
    return {way: count for way, count in deliver.deliver().items() if count}


def only():
    return Delivery.objects.exclude(state="skipped_late").get()


def test_a_certificate_that_nobody_vouches_for_is_refused(owners, secured, caplog):
    owners(1)
    plan.plan()
    assert ways() == {"waiting": 1}
    row = only()
    assert (row.state, row.attempts, secured.letters) == ("planned", 0, [])
    assert "certificate verify failed" in row.last_error
    (said,) = [record for record in caplog.records if "mail server not to be had" in record.getMessage()]
    assert "certificate verify failed" in str(said.__dict__)


def test_with_its_authority_given_it_is_believed(owners, secured, settings, ca):
    settings.MAIL_CA_FILE = str(ca[0])
    owners(1)
    plan.plan()
    assert ways() == {"sent": 1}
    send_mail("About your account", "Text", None, ["alice@example.org"])
    assert [recipient for recipient, _ in secured.letters] == [only().recipient, "alice@example.org"]


def test_the_certificate_of_another_host_is_refused(owners, secured, settings, ca):
    settings.MAIL_CA_FILE, settings.EMAIL_HOST = str(ca[0]), "127.0.0.1"
    owners(1)
    plan.plan()
    assert ways() == {"waiting": 1}
    assert only().attempts == 0
    with pytest.raises(ssl.SSLCertVerificationError):
        send_mail("About your account", "Text", None, ["alice@example.org"])


def test_a_server_without_encryption_gets_nothing(owners, post, settings):
    settings.EMAIL_USE_TLS = True
    owners(1)
    plan.plan()
    assert ways() == {"waiting": 1}
    assert (post.letters, "STARTTLS" in only().last_error) == ([], True)


def test_an_authority_that_cannot_be_read_stops_nobody_for_good(owners, secured, settings):
    settings.MAIL_CA_FILE = "/nowhere/ca.pem"
    owners(1)
    plan.plan()
    assert ways() == {"waiting": 1}


def test_each_digest_has_an_envelope_address_of_its_own(owners, post, settings):
    settings.BOUNCE_ADDRESS = "bounces@register.example.org"
    owners(2)
    plan.plan()
    assert ways() == {"sent": 2}
    rows = Delivery.objects.filter(state="sent")
    assert sorted(post.senders) == sorted(links.bounces_to(row) for row in rows)
    assert {message["From"] for message in post.messages} == {settings.DEFAULT_FROM_EMAIL}


def test_without_one_the_sender_hears_of_bounces(owners, post, settings):
    settings.BOUNCE_ADDRESS, settings.DEFAULT_FROM_EMAIL = "", "Relations <relations@register.example.org>"
    owners(1)
    plan.plan()
    assert ways() == {"sent": 1}
    assert post.senders == ["relations@register.example.org"]
