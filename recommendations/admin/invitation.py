"""The mail with which an invited person chooses a password: allauth's own link, in the person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.digests.render import written

if TYPE_CHECKING:
    from recommendations.models import Person


def link_for(person: Person) -> str:
    """Return the address at which this person, and nobody else, can choose a password: once, for some days."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=key)


def send(person: Person) -> None:
    """Send the link. To be called after the commit."""
    with translation.override(person.language):
        said = written("invitation", _page(person))
    message = EmailMultiAlternatives(
        said.subject, said.text, to=[person.email], headers={"Auto-Submitted": "auto-generated"}
    )
    message.attach_alternative(said.html, "text/html")
    message.send()


def _page(person: Person) -> dict[str, Any]:
    return {
        "subject": _("Your invitation to Relations"),
        "person": person,
        "language": person.language,
        "link": link_for(person),
        "home": settings.PUBLIC_URL,
        "site": settings.PUBLIC_URL,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
