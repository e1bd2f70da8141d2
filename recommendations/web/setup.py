"""The page behind the one-time link: it makes the first administrator and signs them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.utils import perform_login
from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from recommendations.actions import founding, person
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person


class Founder(forms.Form):
    """What the first administrator says about themselves."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters, and not one of the common ones."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def found(self) -> Person | None:
        """Call the verb; say beside the fields what it refused."""
        said = self.cleaned_data
        profile = person.Profile(said["name"])
        try:
            return person.found(said["email"], said["password"], profile, now=timezone.now())
        except Refused as refused:
            for problem in refused.problems:
                self.add_error(problem.field if problem.field in self.fields else None, str(problem.detail))
        return None


@sensitive_post_parameters("password")
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for name, address and password, and found. A link that is used, old or forged leads nowhere."""
    if not founding.is_open(token):
        raise Http404
    form = Founder(request.POST or None)
    if form.is_valid() and (administrator := form.found()):
        answer: HttpResponse = perform_login(request, administrator)
        return answer
    return render(request, "setup/setup.html", {"form": form}, status=400 if form.errors else 200)
