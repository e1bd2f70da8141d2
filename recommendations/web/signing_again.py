"""Showing by a passkey that it is oneself: a page of allauth's that led away when the passkey was not accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.shortcuts import redirect
from django.urls import path

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpResponse


class Again(ReauthenticateWebAuthnView):  # type: ignore[misc] # allauth has no types
    """Stays on the page, which says what was wrong and still knows where to go on."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """Come back for another try."""
        super().form_invalid(form)
        return redirect(self.request.get_full_path())


urlpatterns = [
    path("account/2fa/webauthn/reauthenticate/", Again.as_view(), name="mfa_reauthenticate_webauthn"),
]
