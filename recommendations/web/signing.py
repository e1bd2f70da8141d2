"""Signing in, where allauth asks us: who may come, how mails say it, what a new password or address brings with it."""

from __future__ import annotations

import logging
import time
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext

from recommendations.actions import person, session
from recommendations.rules.errors import Refused
from recommendations.texts.devices import device
from recommendations.web import signing_mail, signing_words
from relations.middleware import SEEN

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress, EmailConfirmation
    from django.http import HttpRequest

    from recommendations.models import Person

logger = logging.getLogger(__name__)


class Signing(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Nobody makes an account for themselves, neither by a form nor by a sign-in elsewhere: administrators invite."""

    error_messages = DefaultAccountAdapter.error_messages | signing_words.REFUSALS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Close the page, whoever asks."""
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin the hour after which the session is noted again."""
        super().login(request, user)
        request.session[SEEN] = int(time.time())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Do not ask again who signed in within the last minutes: it would be the same password."""
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        known = get_authentication_records(self.request, self.request.user)
        return super().is_reauthentication_required(app=app, **kwargs) and all(one["at"] < since for one in known)

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        """Call the ways in our words."""
        return [
            way | {"description": signing_words.WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)
        ]

    def set_password(self, user: Person, password: str) -> None:
        """End what was begun with the old one, except for whoever is changing it."""
        super().set_password(user, password)
        session.end_all(user, but=self.request.session.session_key or "")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Put the confirmed address in the place of the old one by a verb, and tell the old one."""
        old, new = email_address.user.email, email_address.email
        try:
            someone = person.readdress(new, actor=email_address.user, now=timezone.now())
        except Refused as refused:
            self.add_message(request, messages.ERROR, message=str(refused.problems[0].detail))
            return False
        self.add_message(request, messages.SUCCESS, "account/messages/email_confirmed.txt", {"email": new})
        if new != old:
            self.send_notification_mail("account/email/email_changed", someone, {"new": new}, email=old)
        return True

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to PUBLIC_URL: the name that the request asked for may be anybody's."""
        return _public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """Lead to PUBLIC_URL here too."""
        return _public(super().get_email_confirmation_url(request, emailconfirmation))

    def add_message(  # noqa: PLR0917 - allauth's signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, where we have some."""
        if message_template in signing_words.MESSAGES:
            message = signing_words.MESSAGES[message_template] % (message_context or {})
        super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell people what happened to their account. It has happened: a mail server that is away undoes nothing."""
        try:
            super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)
        except (OSError, SMTPException) as error:  # whose text may hold the address
            said = {"about": template_prefix, "error": type(error).__name__}
            logger.error("mail about an account was not sent", extra=said)  # noqa: TRY400 - so is it without its trace

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write it in our words, as our other mails are."""
        signing_mail.message(template_prefix, email, context).send()


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors and passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | signing_words.REFUSALS

    def generate_authenticator_name(self, user: Person, type: object) -> str:  # noqa: A002 - allauth's signature
        """Propose the device that one adds it with."""
        return device(self.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Let the browser's window speak of the register, not of its address alone."""
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("Relations")}


def _public(url: str) -> str:
    public = urlsplit(settings.PUBLIC_URL)
    return urlsplit(url)._replace(scheme=public.scheme, netloc=public.netloc).geturl()
