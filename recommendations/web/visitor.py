"""Digests for those who do not sign in: ask, confirm, and what the link in each mail leads to. No cookie, no token.

What protects the form is that all it does is one letter to an address, in our own words, and how often it does that.
The other pages are open to whoever has the signed link of the mail; GET changes nothing, as mail scanners follow links.
"""

from __future__ import annotations

import zoneinfo
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, cast

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from recommendations.actions import subscription as subscriptions
from recommendations.actions import visitor as verbs
from recommendations.digests import links, wording
from recommendations.models import Subscription, Suppression
from recommendations.models.person import Language
from recommendations.models.subscription import Scope, Weekday
from recommendations.rules import periods
from recommendations.rules.periods import Cadence
from recommendations.web.arrival import may_try
from recommendations.web.wishes import WishForm, form_of, wish_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from django.http import HttpRequest

RATE: Final = "10/5m/ip"  # letters that one client may ask for


class VisitorForm(WishForm):
    """What a visitor wants to get, and when, in which time zone."""

    whole = ((Scope.EVERYTHING.value, _("Everything that is public")),)
    field_order: Sequence[str] = ("about", "cadence", "weekday", "hour", "time_zone", "language")

    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer all time zones."""
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]


class AskForm(VisitorForm):
    """The same, and where it is to go."""

    email = forms.CharField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_(
            "It is used for this digest only, is shown to no reader, and is forgotten 30 days after you end it."
        ),
    )
    field_order = ("email", *VisitorForm.field_order)


def _open(view: Callable[..., HttpResponse]) -> Any:
    """Open a page to visitors, while the site is; it needs no cookie, and nobody keeps a copy of it."""

    @wraps(view)
    def page(request: HttpRequest, **named: Any) -> HttpResponse:
        if not settings.PUBLIC_SITE:
            raise Http404
        return view(request, **named)

    return csrf_exempt(page)


@_open
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for a digest. The answer is the same whatever is known of the address."""
    language = (translation.get_language() or Language.ENGLISH)[:2]
    usual = {"weekday": Weekday.MONDAY, "hour": 8, "cadence": Cadence.WEEKLY, "language": language}
    first = {**usual, "about": request.GET.get("about", ""), "time_zone": settings.TIME_ZONE}
    form = AskForm(request.POST or None, initial=first)
    if form.is_valid() and not may_try(request, "ask", RATE):
        return cast("HttpResponse", ratelimit.respond_429(request))
    if form.attempt(_ask):
        limits = {"most": verbs.MOST_A_DAY, "unconfirmed": verbs.MOST_UNCONFIRMED, "counted": verbs.COUNTED.days}
        asked = {"email": form.cleaned_data["email"], "days": verbs.VALID.days, **limits}
        return render(request, "visitor/asked.html", asked)
    return render(request, "visitor/subscribe.html", {"form": form}, status=form.status)


@_open
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether the wish is meant (GET), or take it as meant (POST; a second time changes nothing)."""
    uuid, until = links.signed_to_confirm(signed) or (None, None)
    found = _found(uuid)
    if found is None or until is None or until < timezone.now():
        return _gone(request)
    if request.method == "POST" and found.ended_at is None:
        verbs.confirm(found.uuid, now=timezone.now())
        found = _found(uuid) or found
    return _shown(request, "visitor/confirm.html", found)


@csrf_exempt  # open where the site is closed, too: a letter may have been on its way
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def never(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether nothing may go to the address of a letter any more (GET), or see to it (POST; a second time changes nothing)."""
    found = _found(links.signed_never(signed))
    if found is None or not found.email:
        return render(request, "visitor/never.html", status=404)
    if request.method == "POST":
        verbs.decline(found.uuid, now=timezone.now())
    is_declined = Suppression.objects.standing().of(found.email).exists()
    with translation.override(found.language):
        return render(request, "visitor/never.html", {"subscription": found, "is_declined": is_declined})


@_open
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, signed: str) -> HttpResponse:
    """Show and change a digest by the link in its mails."""
    found = _managed(signed)
    if found is None:
        return _gone(request)
    form = VisitorForm(
        request.POST or None, initial=form_of(subscriptions.wish_of(found)) | {"time_zone": found.time_zone}
    )
    if found.ended_at is None and form.attempt(lambda said: _amend(found, said)):
        return _back(found)
    with translation.override(found.language):
        return _shown(request, "visitor/manage.html", found, status=form.status, form=form)


@_open
@require_POST
def act(request: HttpRequest, signed: str, way: str) -> HttpResponse:
    """Pause, resume or end a digest."""
    found = _managed(signed)
    if found is None:
        return _gone(request)
    if found.ended_at is None:
        WAYS[way](found.uuid, timezone.now())
    return _back(found)


WAYS: Final[dict[str, Callable[[UUID, Any], Subscription]]] = {
    "pause": lambda uuid, now: subscriptions.pause(uuid, actor=None, now=now),
    "resume": lambda uuid, now: subscriptions.resume(uuid, actor=None, now=now),
    "end": lambda uuid, now: subscriptions.unsubscribe(uuid, now=now),
}


def _ask(said: dict[str, Any]) -> bool:
    verbs.ask(wish_of(said), said["email"], said["time_zone"], now=timezone.now())
    return True


def _amend(found: Subscription, said: dict[str, Any]) -> bool:
    verbs.amend(found.uuid, wish_of(said), said["time_zone"], now=timezone.now())
    return True


def _found(uuid: UUID | None) -> Subscription | None:
    if uuid is None:
        return None
    return Subscription.objects.for_reading().filter(uuid=uuid, person=None).first()


def _managed(signed: str) -> Subscription | None:
    return _found(links.signed_to_manage(signed))


def _back(found: Subscription) -> HttpResponse:
    return redirect("visitor_manage", links.sign_to_manage(found))


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/gone.html", {"days": verbs.VALID.days}, status=404)


def _shown(request: HttpRequest, template: str, found: Subscription, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show a page about a digest in its language and time zone; the address it goes to is on none."""
    runs = found.ended_at is None and found.paused_at is None
    with translation.override(found.language), timezone.override(found.zone):
        about = {"about": wording.about(found), "rhythm": wording.rhythm(found), "zone": found.time_zone}
        due = periods.following(found.rhythm, timezone.now()).end if runs else None
        signed = links.sign_to_manage(found) if found.confirmed_at else ""
        context = {"subscription": found, "next": due, "signed": signed, **about, **more}
        return render(request, template, context, status=status)


urlpatterns = [
    path("digests/subscribe/", subscribe, name="visitor_subscribe"),
    path("digests/confirm/<str:signed>/", confirm, name="visitor_confirm"),
    path("digests/never/<str:signed>/", never, name="visitor_never"),
    path("digests/manage/<str:signed>/", manage, name="visitor_manage"),
    *(path(f"digests/manage/<str:signed>/{way}/", act, {"way": way}, name=f"visitor_{way}") for way in WAYS),
]
