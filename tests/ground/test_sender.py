"""What `check --deploy` says of the mail that leaves: by the settings alone, and by a real DNS server on loopback."""

import dns.rcode
import pytest

from relations import sender
from tests.ground.names import Names

WELL = {
    ("forum.eu", "TXT"): ['"google-site-verification=x"', '"v=spf1 mx " "-all"'],
    ("forum.eu", "MX"): ["10 mx.forum.eu."],
    ("mail2026._domainkey.forum.eu", "TXT"): ['"v=DKIM1; k=rsa; p=MIIB"'],
    ("_dmarc.forum.eu", "TXT"): ['"v=DMARC1; p=none"'],
}


@pytest.fixture(autouse=True)
def production(settings):
    settings.EMAIL_BACKEND = "relations.lines.Smtp"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mx.forum.eu", True, False
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://register.forum.eu", "Register <relations@forum.eu>"
    settings.BOUNCE_ADDRESS, settings.DKIM_SELECTOR = "bounces@forum.eu", "mail2026"
    return settings


def said():
    return [message.id.removeprefix("relations.") for message in sender.mail_settings(None)]


@pytest.fixture
def found(production):
    """Ask with these records changed (None: away); return the messages' numbers, and the messages by number."""

    def ask(changes=None, **options):
        records = {key: values for key, values in {**WELL, **(changes or {})}.items() if values}
        with Names(records, **options) as names:
            production.MAIL_DNS = ("127.0.0.1", names.port)
            messages = {message.id.removeprefix("relations."): message for message in sender.mail_records(None)}
        return [*messages], messages

    return ask


def test_settings_that_are_well():
    assert said() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("PUBLIC_URL", "http://register.forum.eu", "W010"),
        ("EMAIL_USE_TLS", False, "W011"),
        ("DEFAULT_FROM_EMAIL", "Relations <relations@localhost>", "W012"),
        ("DEFAULT_FROM_EMAIL", "relations@mail.example.org", "W012"),
        ("BOUNCE_ADDRESS", "bounces@register.example", "W012"),
    ],
)
def test_settings_that_are_not(settings, name, value, number):
    setattr(settings, name, value)
    assert said() == [number]


def test_a_line_within_this_machine_may_be_plain(settings):
    settings.EMAIL_USE_TLS = False
    for host in ("localhost", "127.0.0.1", "::1"):
        settings.EMAIL_HOST = host
        assert said() == []


def test_nothing_is_said_where_no_mail_is_sent(settings, found):
    settings.EMAIL_BACKEND, settings.PUBLIC_URL = "relations.outbox.Outbox", "http://127.0.0.1:8000"
    assert (said(), found()[0]) == ([], [])


def test_a_rehearsal_under_names_for_examples_asks_nobody(settings):
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://register.example.org", "relations@register.example.org"
    settings.BOUNCE_ADDRESS, settings.MAIL_DNS = "", None
    assert (said(), sender.mail_records(None)) == ([], [])


def test_records_that_are_well(found):
    assert found()[0] == []


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({("forum.eu", "TXT"): None}, ["W020"]),
        ({("forum.eu", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, ["W021"]),
        ({("forum.eu", "TXT"): ['"v=spf1 mx +all"']}, ["W022"]),
        ({("forum.eu", "TXT"): ['"v=spf1 mx all"']}, ["W022"]),
        ({("forum.eu", "TXT"): ['"v=spf10"']}, ["W020"]),
        ({("forum.eu", "MX"): None}, ["W023"]),
        ({("forum.eu", "MX"): ["0 ."]}, ["W023"]),
        ({("forum.eu", "MX"): None, ("forum.eu", "A"): ["192.0.2.1"]}, []),
        ({("forum.eu", "MX"): None, ("forum.eu", "AAAA"): ["2001:db8::1"]}, []),
        ({("mail2026._domainkey.forum.eu", "TXT"): None}, ["W024"]),
        ({("mail2026._domainkey.forum.eu", "TXT"): ['"not a key"']}, ["W024"]),
        ({("mail2026._domainkey.forum.eu", "TXT"): ['"v=DKIM1; p="']}, ["W025"]),
        ({("_dmarc.forum.eu", "TXT"): None}, ["W026"]),
        ({("_dmarc.forum.eu", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, ["W027"]),
    ],
)
def test_each_fault_is_said_with_what_to_write(found, changes, numbers):
    told, messages = found(changes)
    assert told == numbers
    assert all(message.hint for message in messages.values())


def test_hints_can_be_copied(found):
    _, messages = found({("forum.eu", "TXT"): None, ("_dmarc.forum.eu", "TXT"): None})
    assert messages["W020"].hint == 'Write into the DNS: forum.eu. IN TXT "v=spf1 mx a:mx.forum.eu -all"'
    assert '_dmarc.forum.eu. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@forum.eu"' in messages["W026"].hint


def test_a_domain_above_may_say_dmarc(production, found):
    production.DEFAULT_FROM_EMAIL = "relations@mail.forum.eu"
    more = {("mail.forum.eu", "TXT"): ['"v=spf1 mx -all"'], ("mail.forum.eu", "MX"): ["10 mx.forum.eu."]}
    more |= {("mail2026._domainkey.mail.forum.eu", "TXT"): ['"v=DKIM1; p=MIIB"']}
    assert found(more)[0] == []


def test_bounces_elsewhere_are_not_aligned(production, found):
    production.BOUNCE_ADDRESS = "bounces@mailer.org"
    more = {("mailer.org", "TXT"): ['"v=spf1 mx -all"'], ("mailer.org", "MX"): ["10 mx.mailer.org."]}
    assert found(more)[0] == ["W029"]
    assert found()[0] == ["W020", "W023", "W029"]


def test_what_was_not_looked_at_is_a_hint(production, found):
    production.DKIM_SELECTOR = production.BOUNCE_ADDRESS = ""
    told, messages = found()
    assert told == ["I024", "I028"]
    assert not any(message.is_serious() for message in messages.values())


@pytest.mark.parametrize("options", [{"mute": True}, {"rcode": dns.rcode.SERVFAIL}])
def test_where_nobody_answers_that_is_a_hint(found, monkeypatch, options):
    monkeypatch.setattr("relations.lookups.PATIENCE", 0.3)
    told, messages = found(**options)
    assert told == ["I020"]
    assert "forum.eu" in messages["I020"].msg


def test_a_machine_without_a_resolver_is_a_hint(production, monkeypatch):
    def none(*_arguments, **_named):
        raise OSError("no resolver")

    production.MAIL_DNS = None
    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", none)
    assert [message.id for message in sender.mail_records(None)] == ["relations.I020"]
