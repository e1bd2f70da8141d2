"""Which forms stand in the place of allauth's."""

ACCOUNT = {
    "login": "recommendations.web.signing_forms.SignIn",
    "reset_password": "recommendations.web.signing_forms.ForgottenPassword",
    "reset_password_from_key": "recommendations.web.signing_forms.ChosenPassword",
    "set_password": "recommendations.web.signing_forms.FirstPassword",
    "change_password": "recommendations.web.signing_forms.ChangedPassword",
    "add_email": "recommendations.web.signing_forms.ChangedAddress",
    "reauthenticate": "recommendations.web.signing_forms.PasswordAgain",
}
FACTORS = {
    "authenticate": "recommendations.web.signing_forms.CodeToSignIn",
    "reauthenticate": "recommendations.web.signing_forms.CodeAgain",
    "activate_totp": "recommendations.web.signing_forms.FirstCode",
    "add_webauthn": "recommendations.web.signing_forms.NewPasskey",
    "edit_webauthn": "recommendations.web.signing_forms.RenamedPasskey",
    "login_webauthn": "recommendations.web.signing_forms.PasskeyToSignIn",
    "authenticate_webauthn": "recommendations.web.signing_forms.PasskeyBeside",
    "reauthenticate_webauthn": "recommendations.web.signing_forms.PasskeyAgain",
}
