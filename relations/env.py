"""The environment, read once into a frozen dataclass. What is wrong is refused by name, before anything starts."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

from relations import devservices, mail
from relations.mail import Mail
from relations.variables import Variables, WrongEnvironment

DATABASES = ("postgres", "postgresql")
CACHES = ("redis", "rediss", "unix")
LANGUAGES = ("en", "ru")
ROLES = ("application", "owner")
SHORTEST_KEY = 50  # Django's own check asks for as many characters
LAST_PORT = 65535


@dataclass(frozen=True)
class Environment:
    """What the machine tells the program."""

    home: Path
    debug: bool
    secret_key: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    public_site: bool
    port: int
    proxies: int
    language: str
    database: Mapping[str, Any]
    application_database: Mapping[str, Any]
    owner_database: Mapping[str, Any]
    embedded_database: bool
    cache_url: str
    broker_url: str
    embedded_cache: bool
    mail: Mail
    staff_second_factor: bool
    admin_email: str
    admin_password: str
    bind: str
    web_workers: int
    log_level: str

    @property
    def secure(self) -> bool:
        """Tell whether readers come by https."""
        return self.public_url.startswith("https://")

    @property
    def owns(self) -> bool:
        """Tell whether this process works as the owner of the tables."""
        return self.database == self.owner_database

    @property
    def has_roles(self) -> bool:
        """Tell whether the application has a role of its own in the database, apart from the owner's."""
        return self.application_database.get("USER") != self.owner_database.get("USER")


def _database(name: str, url: str) -> dict[str, Any]:
    database: dict[str, Any] = environ.Env.db_url_config(url)
    if not database.get("NAME"):
        raise WrongEnvironment(f"{name} names no database: write it like postgres://user:password@host:5432/name.")
    return database


def _databases(read: Variables, embedded: devservices.Addresses) -> dict[str, Any]:
    """The database as the application comes to it, as the owner does, and as this process does."""
    example = "postgres://user:password@host:5432/name"
    url = read.address("DATABASE_URL", DATABASES, example)
    owners = read.address("DATABASE_OWNER_URL", DATABASES, example)
    if owners and not url:
        raise WrongEnvironment("DATABASE_OWNER_URL goes with DATABASE_URL: set both, or neither for the embedded mode.")
    application = _database("DATABASE_URL", url or embedded.database_url)
    owner = _database("DATABASE_OWNER_URL", owners or url or embedded.owner_url)
    chosen = owner if read.choice("DATABASE_ROLE", "application", ROLES) == "owner" else application
    return {
        "database": chosen,
        "application_database": application,
        "owner_database": owner,
        "embedded_database": not url,
    }


def _public_url(read: Variables, port: int) -> str:
    example = "https://register.example.org"
    value = read.address("PUBLIC_URL", ("http", "https"), example) or f"http://127.0.0.1:{port}"
    parts = urlsplit(value)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise WrongEnvironment(f"PUBLIC_URL is {value!r}: give scheme and host only, like {example}.")
    try:
        _ascii(parts.hostname)
    except UnicodeError:
        raise WrongEnvironment(
            f"PUBLIC_URL is {value!r}: there is no host of such a name, write it like {example}."
        ) from None
    return value.rstrip("/")


def _ascii(host: str) -> str:
    """Return a host as browsers and mail servers name it: other letters as Punycode. Raises UnicodeError."""
    return host.encode("idna").decode()


def _bind(read: Variables, port: int) -> str:
    value = read.text("BIND", f"127.0.0.1:{port}")
    host, _, number = value.rpartition(":")
    if not host or not number.isdigit() or int(number) > LAST_PORT:
        raise WrongEnvironment(f"BIND is {value!r}: give an address and a port, like 0.0.0.0:8000.")
    return value


def _hosts(read: Variables, public_url: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in read.text("ALLOWED_HOSTS").split(",") if host.strip())
    for host in hosts:
        if "/" in host or " " in host or "://" in host:
            raise WrongEnvironment(f"ALLOWED_HOSTS holds {host!r}: give host names with commas between them.")
    # This machine's own names always: health is asked by them. Links are made from PUBLIC_URL, never from the request.
    return tuple(
        dict.fromkeys((*(hosts or (_ascii(urlsplit(public_url).hostname or ""),)), "127.0.0.1", "localhost", "[::1]"))
    )


def _kept_key(home: Path) -> str:
    """The secret key of the embedded mode: made once, readable by its owner only, the same for all processes."""
    path = home / "secret_key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)  # whoever is first wins; nobody reads a half-written key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _secret_key(read: Variables, home: Path, *, embedded: bool) -> str:
    key = read.text("SECRET_KEY")
    if not key and not embedded:
        raise WrongEnvironment(
            "SECRET_KEY is missing: with DATABASE_URL it has no default. Give 50 random characters or more."
        )
    if key and len(key) < SHORTEST_KEY:
        raise WrongEnvironment(f"SECRET_KEY has {len(key)} characters: give {SHORTEST_KEY} random ones or more.")
    return key or _kept_key(home)


def _home(read: Variables, base: Path) -> Path:
    home = Path(read.text("RELATIONS_HOME", str(base / "var"))).expanduser()
    if not home.is_absolute():
        home = base / home
    if home.exists() and not home.is_dir():
        raise WrongEnvironment(f"RELATIONS_HOME is {str(home)!r}, which is not a folder.")
    return home.resolve()


def _administrator(read: Variables) -> tuple[str, str]:
    email, password = read.text("RELATIONS_ADMIN_EMAIL"), read.text("RELATIONS_ADMIN_PASSWORD")
    if bool(email) != bool(password):
        raise WrongEnvironment("RELATIONS_ADMIN_EMAIL and RELATIONS_ADMIN_PASSWORD go together: set both or neither.")
    return email, password


def read(source: Mapping[str, str], *, base: Path) -> Environment:
    """Read everything. `base` is the checkout: relative folders start there. Raises WrongEnvironment."""
    get = Variables(source)
    home = _home(get, base)
    embedded = devservices.addresses(home)
    databases = _databases(get, embedded)
    redis_url = get.address("REDIS_URL", CACHES, "redis://host:6379/0")
    port = get.number("PORT", 8000, 1, LAST_PORT)
    public_url = _public_url(get, port)
    email, password = _administrator(get)
    return Environment(
        home=home,
        debug=get.switch("DEBUG", default=False),
        secret_key=_secret_key(get, home, embedded=databases["embedded_database"]),
        public_url=public_url,
        allowed_hosts=_hosts(get, public_url),
        public_site=get.switch("PUBLIC_SITE", default=True),
        port=port,
        proxies=get.number("PROXIES", 0, 0, 9),
        language=get.choice("LANGUAGE_CODE", "en", LANGUAGES),
        **databases,
        cache_url=redis_url or f"unix://{embedded.valkey}?db=0",
        broker_url=(redis_url or f"redis+socket://{embedded.valkey}").replace("unix://", "redis+socket://"),
        embedded_cache=not redis_url,
        mail=mail.read(get, public_url),
        staff_second_factor=get.switch("STAFF_SECOND_FACTOR", default=public_url.startswith("https:")),
        admin_email=email,
        admin_password=password,
        bind=_bind(get, port),
        web_workers=get.number("WEB_WORKERS", 2, 1, 64),
        log_level=get.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    )
