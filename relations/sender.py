"""System checks: can mail leave at all; and at a release, will others accept it, and will what they send back arrive?"""

from collections.abc import Iterator
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004 - Django's name for it

from relations import lines
from relations.lookups import Unanswered, exchangers, has_address, is_reserved, texts


def fault() -> str:
    """Say why no mail can leave from the address in the settings; "" when it can."""
    local, _at, domain = _from().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
        address.encode("ascii")
        Address(addr_spec=address)
    except (UnicodeError, ValueError, IndexError, HeaderParseError):
        example = "Register <relations@register.example.org>"
        return f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, which is no address to send from: write it like {example}"
    return ""


@register
def sender(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Whether the address that all mail comes from can be one."""
    said = fault()
    hint = "Nobody's digest leaves before that; none is lost."
    return [Error(f"{said}.", hint=hint, id="relations.E013")] if said else []


@register(Tags.security, deploy=True)
def mail_settings(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """What the settings say by themselves; nothing is asked."""
    return [*_links(), *_line(), *_sender()] if lines.is_sent() else []


@register(Tags.security, deploy=True)
def mail_records(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """SPF, DKIM, DMARC and MX of the domains that our mail names. Where nobody can be asked, that is said and fails nothing."""
    if not lines.is_sent() or (is_reserved(_domain(_from())) and not settings.MAIL_DNS):
        return []
    found: list[CheckMessage] = []
    try:
        found.extend(_findings())
    except Unanswered as reason:
        said = f"The DNS could not be asked whether others will accept our mail: {reason}"
        found.append(Info(said, hint="Run this again where the DNS answers, or set MAIL_DNS.", id="relations.I020"))
    return found


def _links() -> Iterator[CheckMessage]:
    if not settings.PUBLIC_URL.startswith("https://"):
        said = (
            f"Links in mails begin with {settings.PUBLIC_URL}: whoever carries them can read and change what they open."
        )
        hint = "Set PUBLIC_URL to the address with https://; mail programs take one-click unsubscribing by https only."
        yield Warning(said, hint=hint, id="relations.W010")


def _line() -> Iterator[CheckMessage]:
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or lines.is_here(settings.EMAIL_HOST)):
        said = f"Mail goes to {settings.EMAIL_HOST} unencrypted, and the password with it."
        hint = "Write smtp+tls:// (STARTTLS) or smtp+ssl:// in EMAIL_URL; for a CA of your own set MAIL_CA_FILE."
        yield Warning(said, hint=hint, id="relations.W011")


def _sender() -> Iterator[CheckMessage]:
    ours = urlsplit(settings.PUBLIC_URL).hostname or ""
    for name, domain in {
        "DEFAULT_FROM_EMAIL": _domain(_from()),
        "BOUNCE_ADDRESS": _domain(settings.BOUNCE_ADDRESS),
    }.items():
        if domain and is_reserved(domain) and not is_reserved(ours):
            said = f"{name} is at {domain}, where nobody receives mail; others refuse mail from there."
            yield Warning(said, hint=f"Set {name} to an address at a domain of yours.", id="relations.W012")


def _findings() -> Iterator[CheckMessage]:
    sender, bounce = _domain(_from()), _domain(settings.BOUNCE_ADDRESS)
    for domain in dict.fromkeys((sender, bounce or sender)):
        yield from _spf(domain)
        yield from _takes_mail(domain)
    yield from _dkim(sender)
    yield from _dmarc(sender)
    yield from _bounces(sender, bounce)


def _spf(domain: str) -> Iterator[CheckMessage]:
    """RFC 7208: which machines may send for a domain that stands in the envelope."""
    example = f'{domain}. IN TXT "v=spf1 mx a:{settings.EMAIL_HOST} -all"'
    records = [text for text in texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        said = f"{domain} has no SPF record: many servers refuse mail of which nobody says who may send it."
        yield Warning(said, hint=f"Write into the DNS: {example}", id="relations.W020")
    elif len(records) > 1:
        said = f"{domain} has {len(records)} SPF records: with more than one, none counts."
        yield Warning(said, hint=f"Join them into one, such as {example}", id="relations.W021")
    elif "all" in (words := records[0].lower().split()) or "+all" in words:
        said = f"The SPF record of {domain} lets everybody send in its name."
        yield Warning(said, hint=f"End it with -all or ~all, such as {example}", id="relations.W022")


def _takes_mail(domain: str) -> Iterator[CheckMessage]:
    if not exchangers(domain) and not has_address(domain):
        said = f"{domain} takes no mail: answers and bounces are lost, and many servers refuse mail from there."
        yield Warning(said, hint=f"Write into the DNS: {domain}. IN MX 10 {settings.EMAIL_HOST}.", id="relations.W023")


def _dkim(domain: str) -> Iterator[CheckMessage]:
    """RFC 6376: the key by which a signature of the mail server's is verified."""
    if not settings.DKIM_SELECTOR:
        said = "Whether others can verify the mail server's signature (DKIM) was not looked at."
        hint = "Set DKIM_SELECTOR to the selector with which your mail server signs."
        yield Info(said, hint=hint, id="relations.I024")
        return
    name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
    tags = [_tags(text) for text in texts(name)]
    if not any("p" in found for found in tags):
        said = f"There is no DKIM key at {name}: nobody can verify the mail server's signature."
        hint = f'Write into the DNS: {name}. IN TXT "v=DKIM1; k=rsa; p=…", with the public key of your mail server.'
        yield Warning(said, hint=hint, id="relations.W024")
    elif not any(found.get("p") for found in tags):
        said = f"The DKIM key at {name} is empty, which means that it was revoked."
        yield Warning(said, hint="Sign with another selector, and set DKIM_SELECTOR to it.", id="relations.W025")


def _dmarc(domain: str) -> Iterator[CheckMessage]:
    """RFC 7489: what to do with mail that neither SPF nor DKIM vouches for. A domain above may say it."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        records = [
            text for text in texts(f"_dmarc.{'.'.join(labels[start:])}") if "dmarc1" in _tags(text).get("v", "").lower()
        ]
        if len(records) > 1:
            said = f"There are {len(records)} DMARC records for {domain}: with more than one, none counts."
            yield Warning(said, hint="Leave one of them.", id="relations.W027")
        if records:
            return
    said = f"{domain} has no DMARC record: large mail providers refuse lists without one."
    hint = f'Write into the DNS: _dmarc.{domain}. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"'
    yield Warning(said, hint=hint, id="relations.W026")


def _bounces(sender: str, bounce: str) -> Iterator[CheckMessage]:
    if not bounce:
        said = f"Mail that cannot be delivered comes back to {_from()}, and the register does not hear of it."
        yield Info(said, hint="Set BOUNCE_ADDRESS and BOUNCE_MAILBOX; see docs/operations.md.", id="relations.I028")
    elif sender.split(".")[-2:] != bounce.split(".")[-2:]:
        said = f"BOUNCE_ADDRESS is at {bounce} and mail is from {sender}: SPF does not vouch for the sender that people see."
        hint = f"Set BOUNCE_ADDRESS to one at {sender} or below it (DMARC alignment)."
        yield Warning(said, hint=hint, id="relations.W029")


def _from() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower().encode("idna").decode()


def _tags(text: str) -> dict[str, str]:
    """Read `v=DKIM1; p=…`."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
