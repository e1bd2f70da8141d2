"""Lines to mail servers: whether mail goes to one, and whose certificates are believed."""

import ssl
from functools import cached_property
from ipaddress import ip_address

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string


def is_sent() -> bool:
    """Tell whether mail goes to a mail server; otherwise it is kept or shown, and nobody has to accept it."""
    return issubclass(import_string(settings.EMAIL_BACKEND), EmailBackend)


def is_here(host: str) -> bool:
    """Tell whether a host is this machine, to which a line needs no encryption."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def context() -> ssl.SSLContext:
    """Certificate and host name are verified, by the system's authorities and by those in MAIL_CA_FILE."""
    made = ssl.create_default_context()
    if settings.MAIL_CA_FILE:
        made.load_verify_locations(settings.MAIL_CA_FILE)
    return made


class Smtp(EmailBackend):
    """Django's own way to a mail server (for letters about accounts), which knows no authorities but the system's."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return context()
