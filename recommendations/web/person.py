"""One's own account: name, language, time zone, and the way to everything else about signing in."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import person
from recommendations.models.person import Language
from recommendations.web.arrival import person_of
from recommendations.web.forms import VerbForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class ProfileForm(VerbForm):
    """What people decide about themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=gettext_lazy("It stands beside what you report, attach or review."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Pages and mails come in this language."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("It decides when your day begins, and when digests come."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer all time zones that the database of time zones has."""
        super().__init__(*args, **kwargs)
        names = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(name, name.replace("_", " ")) for name in names]  # type: ignore[attr-defined]


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show and change one's own profile."""
    me = person_of(request)
    first = {"name": me.name, "language": me.language, "time_zone": me.time_zone}
    form = ProfileForm(request.POST or None, initial=first)
    if made := form.attempt(lambda said: person.introduce(person.Profile(**said), actor=me, now=timezone.now())):
        with translation.override(made.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("account")
    return render(request, "person/account.html", {"form": form, "me": me}, status=form.status)


urlpatterns = [path("account/", account, name="account")]
