"""What allauth says on pages and in mails, in our words; what is not here, it says in its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NOT_ACCEPTED: Final = _("Not accepted: it is wrong, too old, or was used before. Try again with a new one.")
REFUSALS: Final[dict[str, _StrPromise]] = {
    "duplicate_email": _("This is your address already."),
    "email_password_mismatch": _("The e-mail address or the password is not right."),
    "incorrect_code": NOT_ACCEPTED,
    "incorrect_password": _("This is not your password."),
    "enter_current_password": _("This is not your password."),
    "rate_limited": _("Too many tries. Wait five minutes."),
}
SCRIPTS: Final = _("Passkeys need JavaScript, and it does not run here.")

WAYS: Final[dict[str, _StrPromise]] = {
    "reauthenticate": _("By your password"),
    "mfa_reauthenticate": _("By a code of your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _("By a passkey"),
}
MESSAGES: Final[dict[str, _StrPromise]] = {
    "account/messages/logged_in.txt": _("You are signed in as %(user)s."),
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed. Other devices are signed out."),
    "account/messages/password_set.txt": _("Your password is set."),
    "account/messages/email_confirmation_sent.txt": _(
        "A link is on its way to %(email)s. Your address changes when you have followed it."
    ),
    "account/messages/email_confirmed.txt": _("From now on you sign in with %(email)s."),
    "account/messages/email_deleted.txt": _("%(email)s is forgotten. Your address stays as it is."),
    "mfa/messages/totp_activated.txt": _("The app is set up: from now on, signing in asks for its code."),
    "mfa/messages/totp_deactivated.txt": _("The app is removed: signing in does not ask for its code any more."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "You have new recovery codes. Keep them where you find them without this device."
    ),
}


class Letter(NamedTuple):
    """A mail about an account: its subject, what it tells, and what its link is called."""

    subject: _StrPromise
    told: _StrPromise
    act: _StrPromise | str = ""


MAILS: Final[dict[str, Letter]] = {
    "account/email/password_reset_key": Letter(
        _("Choose a new password"),
        _("Somebody asked for a link with which you choose a new password. It works once."),
        _("Set the password"),
    ),
    "account/email/email_confirmation": Letter(
        _("Confirm your new e-mail address"),
        _("This address is to take the place of the one with which you sign in now. It does once you confirm it."),
        _("Confirm the address"),
    ),
    "account/email/email_changed": Letter(
        _("Your e-mail address was changed"),
        _(
            "From now on you sign in with %(new)s, and mail goes there. This is the last one to the address that you had."
        ),
    ),
    "account/email/email_deleted": Letter(
        _("Your e-mail address stays as it is"),
        _("A change of your address was called off: %(deleted_email)s does not take its place."),
    ),
    "account/email/password_changed": Letter(
        _("Your password was changed"), _("Your account has a new password. Other devices were signed out.")
    ),
    "account/email/password_reset": Letter(
        _("You have a new password"), _("It was chosen by a link in a mail. Where you were signed in, that ended.")
    ),
    "account/email/password_set": Letter(_("Your password was set"), _("Your account has a password now.")),
    "mfa/email/totp_activated": Letter(
        _("An authenticator app was set up"), _("From now on, signing in asks for its code beside the password.")
    ),
    "mfa/email/totp_deactivated": Letter(
        _("Your authenticator app was removed"), _("Signing in does not ask for its code any more.")
    ),
    "mfa/email/webauthn_added": Letter(
        _("A passkey was added"), _("A device or a security key was added with which one can sign in to your account.")
    ),
    "mfa/email/webauthn_removed": Letter(
        _("A passkey was removed"), _("A device or a security key can no longer be used to sign in to your account.")
    ),
    "mfa/email/recovery_codes_generated": Letter(
        _("You have new recovery codes"),
        _("New recovery codes were made for your account. The earlier ones no longer work."),
    ),
}
