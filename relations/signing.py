"""Who may have an account (whoever was invited), and where the links in mails about it lead."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.contrib.sites.requests import RequestSite
from django.http import HttpRequest


class ByInvitation(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Nobody makes an account for themselves, neither by a form nor by a sign-in elsewhere: administrators invite."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Close the page, whoever asks."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to PUBLIC_URL: the name that the request asked for may be anybody's."""
        return _public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Lead to PUBLIC_URL here too."""
        return _public(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Name PUBLIC_URL's host in the text as well."""
        site = RequestSite(self.request)
        site.domain = site.name = urlsplit(settings.PUBLIC_URL).netloc
        super().send_mail(template_prefix, email, {"current_site": site, **context})


def _public(url: str) -> str:
    public = urlsplit(settings.PUBLIC_URL)
    return urlsplit(url)._replace(scheme=public.scheme, netloc=public.netloc).geturl()
