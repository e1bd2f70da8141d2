"""The environment: what is read, what is refused and by which words."""

import re
from pathlib import Path

import pytest

from relations.env import read
from relations.variables import WrongEnvironment

ROOT = Path(__file__).resolve().parents[2]
REAL = {
    "DATABASE_URL": "postgres://relations:pass%20word@database:5433/register?sslmode=require",
    "REDIS_URL": "redis://cache:6379/2",
    "EMAIL_URL": "smtp+tls://user:secret@mail:587",
    "SECRET_KEY": "k" * 50,
    "PUBLIC_URL": "https://register.example.org",
}


@pytest.fixture
def base(tmp_path):
    return tmp_path


def test_nothing_set_is_the_embedded_mode(base):
    env = read({}, base=base)
    assert env.home == base / "var"
    assert (env.embedded_database, env.embedded_cache) == (True, True)
    assert env.database["HOST"].startswith("/") or "host" in env.database["OPTIONS"]
    assert env.cache_url.startswith("unix://")
    assert env.broker_url.startswith("redis+socket://")
    assert env.public_url == "http://127.0.0.1:8000"
    assert (env.public_site, env.debug, env.secure, env.staff_second_factor) == (True, False, False, False)
    assert (env.mail.backend, env.mail.pace) == ("relations.outbox.Outbox", {})


def test_embedded_secret_key_is_made_once_for_its_owner_only(base):
    first = read({}, base=base).secret_key
    assert len(first) >= 50
    assert read({}, base=base).secret_key == first
    assert (base / "var/secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (base / "var").iterdir()] == ["secret_key"]


def test_embedded_secret_key_of_a_faster_process_wins(base, monkeypatch):
    (base / "var").mkdir()
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path.name != "secret_key" and real(path))
    (base / "var/secret_key").write_text("theirs")
    assert read({}, base=base).secret_key == "theirs"


def test_real_servers(base):
    env = read(REAL, base=base)
    assert (env.embedded_database, env.embedded_cache) == (False, False)
    assert env.database["NAME"] == "register"
    assert env.database["PASSWORD"] == "pass word"
    assert env.database["OPTIONS"] == {"sslmode": "require"}
    assert env.cache_url == env.broker_url == "redis://cache:6379/2"
    assert (env.mail.host, env.mail.port, env.mail.use_tls) == ("mail", 587, True)
    assert env.allowed_hosts == ("register.example.org", "127.0.0.1", "localhost", "[::1]")
    assert (env.secure, env.staff_second_factor) == (True, True)
    assert not (base / "var").exists()


def test_application_and_owner_come_as_two_roles(base):
    two = {**REAL, "DATABASE_OWNER_URL": "postgres://owner:other@database:5433/register"}
    env = read(two, base=base)
    assert (env.database["USER"], env.owner_database["USER"]) == ("relations", "owner")
    assert env.has_roles
    assert not env.owns
    assert env.database == env.application_database
    env = read({**two, "DATABASE_ROLE": "owner"}, base=base)
    assert env.owns
    assert env.database["PASSWORD"] == "other"


def test_one_address_is_one_role(base):
    env = read(REAL, base=base)
    assert env.owns
    assert not env.has_roles


def test_embedded_database_has_two_roles(base):
    env = read({}, base=base)
    assert (env.database["USER"], env.owner_database["USER"]) == ("relations_application", "relations")
    assert read({"DATABASE_ROLE": "owner"}, base=base).database["USER"] == "relations"


def test_hosts_are_a_list(base):
    env = read({"ALLOWED_HOSTS": "one.example, two.example,"}, base=base)
    assert env.allowed_hosts == ("one.example", "two.example", "127.0.0.1", "localhost", "[::1]")


def test_port_is_part_of_the_default_addresses(base):
    env = read({"PORT": "9001"}, base=base)
    assert env.public_url == "http://127.0.0.1:9001"
    assert env.bind == "127.0.0.1:9001"


def test_home_may_be_relative_to_the_checkout(base):
    assert read({"RELATIONS_HOME": "data"}, base=base).home == base / "data"


@pytest.mark.parametrize("value", ["on", "ON", " true ", "1", "yes"])
def test_switch_on(base, value):
    assert read({"DEBUG": value}, base=base).debug is True


@pytest.mark.parametrize("value", ["off", "False", "0", "no"])
def test_switch_off(base, value):
    assert read({"PUBLIC_SITE": value}, base=base).public_site is False


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "maybe", "one of"),
        ("PUBLIC_SITE", "2", "one of"),
        ("STAFF_SECOND_FACTOR", "sure", "one of"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "٨٠٠٠", "from 1 to 65535"),
        ("PORT", "8000.0", "from 1 to 65535"),
        ("PORT", "9" * 5000, "from 1 to 65535"),
        ("PROXIES", "-1", "from 0 to 9"),
        ("WEB_WORKERS", "0", "from 1 to 64"),
        ("LOG_LEVEL", "LOUD", "one of"),
        ("LANGUAGE_CODE", "de", "one of"),
        ("DATABASE_URL", "mysql://host/name", "postgres://"),
        ("DATABASE_URL", "sqlite:///file", "postgres://"),
        ("DATABASE_URL", "postgres://host:port/name", "postgres://"),
        ("DATABASE_URL", "postgres://[host/name", "postgres://"),
        ("DATABASE_URL", "postgres://host:5432", "names no database"),
        ("DATABASE_ROLE", "root", "application, owner"),
        ("DATABASE_OWNER_URL", "postgres://owner@host/name", "set both"),
        ("DATABASE_OWNER_URL", "mysql://host/name", "postgres://"),
        ("REDIS_URL", "http://cache", "redis://"),
        ("EMAIL_URL", "mail.example.org", "smtp"),
        ("PUBLIC_URL", "register.example.org", "https://"),
        ("PUBLIC_URL", "ftp://register.example.org", "https://"),
        ("PUBLIC_URL", "https://", "scheme and host"),
        ("PUBLIC_URL", "https://register..org", "no host of such a name"),
        ("PUBLIC_URL", "https://register.example.org/sub/", "scheme and host"),
        ("PUBLIC_URL", "https://me@register.example.org", "scheme and host"),
        ("ALLOWED_HOSTS", "https://register.example.org", "host names"),
        ("BIND", "8000", "address and a port"),
        ("BIND", "0.0.0.0:http", "address and a port"),
        ("SECRET_KEY", "short", "50"),
        ("MAIL_PACE", "gmail.com=fast", "gmail.com=60/min"),
        ("MAIL_PACE", "*=0/min", "gmail.com=60/min"),
        ("MAIL_CA_FILE", "/nowhere/ca.pem", "no such file"),
        ("BOUNCE_ADDRESS", "bounces", "bounces@register.example.org"),
        ("BOUNCE_ADDRESS", "fifteen-letters@example.org", "at most 14"),
        ("BOUNCE_ADDRESS", "bounces+x@example.org", "bounces@register.example.org"),
        ("BOUNCE_MAILBOX", "pop3://mail.example.org", "imaps"),
        ("DKIM_SELECTOR", "mail2026._domainkey.example.org;", "mail2026"),
        ("MAIL_DNS", "resolver.example.org", "127.0.0.1"),
        ("MAIL_DNS", "127.0.0.1:99999", "127.0.0.1"),
        ("DEFAULT_FROM_EMAIL", "a@b.example\nBcc: c@d.example", "cannot be printed"),
        ("RELATIONS_ADMIN_EMAIL", "a@b.example", "both or neither"),
        ("RELATIONS_ADMIN_PASSWORD", "x", "both or neither"),
    ],
)
def test_wrong_value_is_refused_by_name(base, name, value, words):
    with pytest.raises(WrongEnvironment, match=re.escape(words)) as refused:
        read({"SECRET_KEY": "k" * 50, name: value}, base=base)
    assert name in str(refused.value)


def test_refusal_does_not_repeat_a_password(base):
    with pytest.raises(WrongEnvironment) as refused:
        read({"DATABASE_URL": "oops://me:hunter2@host/name"}, base=base)
    assert "hunter2" not in str(refused.value)


def test_secret_key_is_needed_with_a_real_database(base):
    with pytest.raises(WrongEnvironment, match="SECRET_KEY is missing"):
        read({**REAL, "SECRET_KEY": ""}, base=base)


def test_pace_is_seconds_from_one_message_to_the_next(base):
    paces = read({"MAIL_PACE": " Gmail.com=60/min, *=5/s,xn--80a.example=9/h,"}, base=base).mail.pace
    assert paces == {"gmail.com": 1.0, "*": 0.2, "xn--80a.example": 400.0}


def test_a_host_in_other_letters_is_asked_for_in_ascii(base):
    env = read({"PUBLIC_URL": "https://Реестр.рф"}, base=base)
    assert env.public_url == "https://Реестр.рф"
    assert env.allowed_hosts[0] == "xn--e1aa5aceg.xn--p1ai"  # as browsers send it


@pytest.mark.parametrize(
    ("public_url", "sender"),
    [
        ("https://register.example.org", "relations@register.example.org"),
        ("http://127.0.0.1:8000", "relations@localhost"),
        ("http://[::1]:8000", "relations@localhost"),
        ("http://register:8000", "relations@localhost"),
    ],
)
def test_mail_is_from_the_domain_that_readers_know(base, public_url, sender):
    assert read({"PUBLIC_URL": public_url}, base=base).mail.sender == f"Relations <{sender}>"


def test_where_mail_comes_back(base):
    file = base / "ca.pem"
    file.touch()
    mail = read({"BOUNCE_ADDRESS": "Bounces@Example.org", "MAIL_CA_FILE": str(file)}, base=base).mail
    assert (mail.bounce_address, mail.authorities, mail.resolver) == ("bounces@example.org", str(file), None)
    secret = read({"BOUNCE_MAILBOX": "imaps://bounces:secret@mail.example.org/INBOX"}, base=base)
    assert secret.mail.bounce_mailbox.endswith("/INBOX")
    assert "secret" not in repr(secret.mail)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("127.0.0.1", ("127.0.0.1", 53)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_resolver_is_an_address(base, value, where):
    assert read({"MAIL_DNS": value}, base=base).mail.resolver == where


def test_home_that_is_a_file_is_refused(base):
    (base / "file").touch()
    with pytest.raises(WrongEnvironment, match="not a folder"):
        read({"RELATIONS_HOME": str(base / "file")}, base=base)


def test_example_documents_exactly_what_is_read():
    source = "".join((ROOT / "relations" / name).read_text() for name in ("env.py", "mail.py"))
    read_names = set(re.findall(r'\.(?:text|switch|number|choice|address)\(\s*"([A-Z_]+)"', source))
    documented = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(read_names)
    assert len(read_names) > 15
