"""One's own keys for programs: make one (shown once), see them, revoke them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recommendations.actions import token
from recommendations.models import Token
from recommendations.models.token import TokenScope
from recommendations.rules import access
from recommendations.web.arrival import person_of, today
from recommendations.web.forms import DayField, VerbForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person


class TokenForm(VerbForm):
    """What a key is for, what it opens, until when."""

    aliases = {"expires_at": "expires_on"}

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What it is for, so that you know later which one to revoke."),
    )
    scope = forms.ChoiceField(label=gettext_lazy("It may"), widget=forms.RadioSelect, initial=TokenScope.READ)
    expires_on = DayField(label=gettext_lazy("Last day"), help_text=gettext_lazy("At most a year from today."))

    def __init__(self, *args: Any, person: Person, day: dt.date, **kwargs: Any) -> None:
        """Offer to write only to those who may."""
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = day + token.USUAL
        may_write = access.may_write_token(person.role)
        self.fields["scope"].choices = TokenScope.choices if may_write else TokenScope.choices[:1]  # type: ignore[attr-defined]

    def issue(self, actor: Person) -> tuple[Token, str] | None:
        """Make the key; it works until the end of its last day."""
        return self.attempt(
            lambda said: token.issue(
                said["name"],
                scope=said["scope"],
                actor=actor,
                now=timezone.now(),
                expires_at=_end_of(said["expires_on"]),
            )
        )


@login_required
@reauthentication_required(allow_get=True, app="allauth.account")  # type: ignore[untyped-decorator]
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's keys; make another one and show it this once."""
    me = person_of(request)
    form = TokenForm(request.POST or None, person=me, day=today(request))
    made, key = form.issue(me) or (None, "")
    if made:
        form = TokenForm(person=me, day=today(request))
    now = timezone.now()
    said = {"form": form, "made": made, "key": key, "now": now, "tokens": Token.objects.filter(person=me)}
    return render(request, "token/tokens.html", said, status=201 if made else form.status)


@login_required
@require_POST
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a key for good."""
    made = token.revoke(uuid, actor=person_of(request), now=timezone.now())
    text = _("The token “%(name)s” is revoked; programs that use it are refused from now on.")
    messages.success(request, text % {"name": made.name})
    return redirect("tokens")


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), timezone.get_current_timezone())


urlpatterns = [
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/<uuid:uuid>/revoke/", revoke, name="token_revoke"),
]
