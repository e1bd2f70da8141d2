"""Where one is signed in: see it, and end one or all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recommendations.actions import session
from recommendations.texts.devices import device
from recommendations.web.arrival import person_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List them, this browser's first; a POST ends all others."""
    me, key = person_of(request), request.session.session_key or ""
    if request.method == "POST":
        ended = session.end_all(me, but=key)
        text = ngettext("%(count)d other device is signed out.", "%(count)d other devices are signed out.", ended)
        messages.success(request, text % {"count": ended})
        return redirect("sessions")
    known = session.standing(me, timezone.now())
    here = next((one for one in known if one.session_key == key), None)
    others = [(session.name_of(one.session_key), one) for one in known if one is not here]
    return render(request, "session/sessions.html", {"here": here, "others": others})


@login_required
@require_POST
def end(request: HttpRequest, name: str) -> HttpResponse:
    """End one of them."""
    ended = session.end(name, actor=person_of(request), but=request.session.session_key or "")
    messages.success(request, _("%(device)s is signed out.") % {"device": device(ended.user_agent)})
    return redirect("sessions")


urlpatterns = [
    path("account/sessions/", sessions, name="sessions"),
    path("account/sessions/<slug:name>/end/", end, name="session_end"),
]
