"""The forms of allauth with labels and hints in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkey
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from recommendations.web.signing_words import NOT_ACCEPTED, SCRIPTS

if TYPE_CHECKING:
    from django import forms
    from django.utils.functional import _StrPromise

PASSWORD, AGAIN, CODE = _("Password"), _("The same again"), _("Code")
NEW = {"password1": _("New password"), "password2": AGAIN}


class Plain:
    """Labels and hints by the names of fields. Placeholders go: they say the same, and vanish when one types."""

    labels: ClassVar[dict[str, _StrPromise]] = {}
    hints: ClassVar[dict[str, _StrPromise]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put them where allauth has put its own."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignIn(Plain, account.LoginForm):  # type: ignore[misc] # allauth has no types; so below
    labels = {"login": _("E-mail address"), "password": PASSWORD}


class ForgottenPassword(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("E-mail address")}


class ChosenPassword(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = NEW


class FirstPassword(Plain, account.SetPasswordForm):  # type: ignore[misc]
    labels = NEW


class ChangedPassword(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": _("The password that you have"), **NEW}


class ChangedAddress(Plain, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": _("New address")}


class PasswordAgain(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": PASSWORD}


class CodeToSignIn(Plain, factor.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": CODE}


class CodeAgain(Plain, factor.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": CODE}
    hints = {"code": _("That your authenticator app shows, or one of your recovery codes.")}


class FirstCode(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": CODE}


class Passkey(Plain):
    """A form with what a browser says of a passkey: `shape` is how to read it.

    What cannot be read, since somebody made it up, is refused before allauth sees it, which would break.
    """

    shape: ClassVar[Any] = AuthenticationResponse

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Look at it first."""
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = SCRIPTS
        self.fields["credential"].validators = [self._read]

    def _read(self, said: Any) -> None:
        try:
            self.shape.from_dict(said)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise ValidationError(NOT_ACCEPTED) from None


class NewPasskey(Passkey, passkey.AddWebAuthnForm):  # type: ignore[misc]
    shape = RegistrationResponse
    labels = {"name": _("Name"), "passwordless": _("Sign in with it alone, without the password")}
    hints = {
        "name": _("So that you know it from others later."),
        "passwordless": _(
            "It then asks for a fingerprint, a face or a PIN each time. Without this, it is asked for beside the password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Propose what most people want."""
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeyToSignIn(Passkey, passkey.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyBeside(Passkey, passkey.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class PasskeyAgain(Passkey, passkey.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class RenamedPasskey(Plain, passkey.EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name")}
