"""Who asks: a token in the Authorization header, or the browser's session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication

from recommendations.actions import token
from recommendations.api.problems import Failure

if TYPE_CHECKING:
    from rest_framework.request import Request

    from recommendations.models import Person, Token


class Bearer(BaseAuthentication):
    """A key in the header. In the address it would end up in logs, so it is looked for nowhere else."""

    def authenticate(self, request: Request) -> tuple[Person, Token] | None:
        """Return whose key it is. Raises `Failure` for a header that opens nothing."""
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _space, key = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Failure("invalid_token", _("Only Authorization: Bearer followed by a token is possible."))
        made = token.used(key.strip(), now=timezone.now())
        if made is None:
            raise Failure("invalid_token")
        return made.person, made


class Session(SessionAuthentication):
    """The browser's session; writes need the CSRF token."""
