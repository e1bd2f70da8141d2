"""Mails about one's account, in the person's language and time zone: text and HTML, as digests are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from recommendations.digests.render import written
from recommendations.texts.devices import device
from recommendations.web.signing_words import MAILS

if TYPE_CHECKING:
    from recommendations.models import Person


def message(about: str, email: str, said: dict[str, Any]) -> EmailMultiAlternatives:
    """Write the mail `about` something (allauth's name for it), from what allauth tells: `user`, a link, or who did it."""
    someone: Person = said["user"]
    with translation.override(someone.language), timezone.override(ZoneInfo(someone.time_zone)):
        mail = written("account", _page(about, email, said))
    made = EmailMultiAlternatives(mail.subject, mail.text, to=[email], headers={"Auto-Submitted": "auto-generated"})
    made.attach_alternative(mail.html, "text/html")
    return made


def _page(about: str, email: str, said: dict[str, Any]) -> dict[str, Any]:
    letter, someone = MAILS[about], said["user"]
    link = said.get("password_reset_url") or said.get("activate_url")
    return {
        "subject": str(letter.subject),
        "told": letter.told % said,
        "act": letter.act,
        "link": link,
        "until": timezone.now() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        "name": someone.name,
        "language": someone.language,
        "moment": said.get("timestamp"),
        "device": device(said.get("user_agent", "")),
        "ip": said.get("ip"),
        "home": settings.PUBLIC_URL,
        "forgotten": settings.PUBLIC_URL + reverse("account_reset_password") if email == someone.email else "",
    }
