"""Pages of one's digests: subscribe, change, pause, end; and the page behind the link in every mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from recommendations.actions import subscription as verbs
from recommendations.digests import links, reconcile, wording
from recommendations.models import Organization, Source, Subscription, Theme
from recommendations.models.person import Language
from recommendations.models.subscription import Scope, Weekday
from recommendations.rules import access, periods
from recommendations.rules.errors import Invalid
from recommendations.rules.periods import Cadence

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpRequest

    from recommendations.models import Person

SHOWN: Final = 50  # digests on the page, newest first


class Wishes(forms.Form):
    """What a person wants to get, and when."""

    about = forms.ChoiceField(label=_("About"))
    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence.choices)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"),
        choices=Weekday.choices,
        coerce=int,
        help_text=_("Counts for weekly digests. A monthly one comes on the first of the month."),
    )
    hour = forms.TypedChoiceField(label=_("Time"), coerce=int, choices=[(n, f"{n:02}:00") for n in range(24)])
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        """Offer what there is to subscribe to."""
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = _abouts()  # type: ignore[attr-defined]
        self.fields["hour"].help_text = _("In your time zone, %(zone)s.") % {"zone": zone}

    def wish(self) -> verbs.Wish:
        """Return the wish that was typed in."""
        said = dict(self.cleaned_data)
        scope, _colon, subject = said.pop("about").partition(":")
        return verbs.Wish(scope=scope, subject=subject, **said)


def _abouts() -> list[tuple[Any, Any]]:
    plain = [(scope.value, scope.label) for scope in (Scope.EVERYTHING, Scope.OWNED, Scope.FOLLOWED)]
    groups = (
        (_("A theme"), Scope.THEME, Theme.objects.all()),
        (_("A source"), Scope.SOURCE, Source.objects.order_by("-published_on", "slug")),
        (_("What an organization is responsible for"), Scope.ORGANIZATION, Organization.objects.all().by_name()),
    )
    return plain + [(name, [(f"{scope.value}:{o.slug}", str(o)) for o in found]) for name, scope, found in groups]


def form_of(wish: verbs.Wish) -> dict[str, Any]:
    """Return what the form shows of a wish."""
    about = f"{wish.scope}:{wish.subject}" if wish.subject else wish.scope
    return {name: getattr(wish, name) for name in ("cadence", "weekday", "hour", "language")} | {"about": about}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def digests(request: HttpRequest) -> HttpResponse:
    """List one's digests and what was sent; subscribe to one more."""
    first = form_of(verbs.Wish(language=translation.get_language() or Language.ENGLISH))
    form = Wishes(request.POST or None, initial=first, zone=_me(request).time_zone)
    if request.method == "POST" and form.is_valid():
        made = _call(form, lambda wish: verbs.subscribe(wish, actor=_me(request), now=timezone.now()))
        if made is not None:
            messages.success(request, _("You are subscribed; the first digest comes when its period has ended."))
            return redirect("digests")
    status = 400 if form.errors else 200
    return render(request, "subscription/list.html", {"form": form, **_mine(request)}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change one of one's digests."""
    found = get_object_or_404(_standing(request), uuid=uuid)
    form = Wishes(request.POST or None, initial=form_of(verbs.wish_of(found)), zone=_me(request).time_zone)
    if request.method == "POST" and form.is_valid():
        made = _call(form, lambda wish: verbs.amend(uuid, wish, actor=_me(request), now=timezone.now()))
        if made is not None:
            messages.success(request, _("Your digest is changed."))
            return redirect("digests")
    status = 400 if form.errors else 200
    return render(request, "subscription/amend.html", {"form": form, "subscription": found}, status=status)


@login_required
@require_POST
def pause(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop one of one's digests for a while."""
    verbs.pause(uuid, actor=_me(request), now=timezone.now())
    messages.success(request, _("The digest is paused; nothing is sent until you resume it."))
    return redirect("digests")


@login_required
@require_POST
def resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go on with one of one's digests."""
    verbs.resume(uuid, actor=_me(request), now=timezone.now())
    messages.success(request, _("The digest goes on with the period that is running now."))
    return redirect("digests")


@login_required
@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End one of one's digests for good."""
    get_object_or_404(_standing(request), uuid=uuid)
    verbs.unsubscribe(uuid, now=timezone.now())
    messages.success(request, _("The digest has ended; what was sent stays readable here."))
    return redirect("digests")


# Mail programs post here without cookie or token (RFC 8058): the signature in the address is the permission.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask (GET, which changes nothing: mail scanners follow links) or end the digest (POST)."""
    if (uuid := links.signed(signed)) is None:
        raise Http404
    whole = Subscription.objects.select_related("person", "theme", "source", "organization")
    found = get_object_or_404(whole, uuid=uuid)
    if request.method == "POST":
        found.ended_at = verbs.unsubscribe(uuid, now=timezone.now()).ended_at
    with translation.override(found.language):
        context = {"subscription": found, "about": wording.about(found), "rhythm": wording.rhythm(found)}
        return render(request, "subscription/unsubscribe.html", context)


def _me(request: HttpRequest) -> Person:
    """Return who is signed in; `login_required` has seen to it that somebody is."""
    return cast("Person", request.user)


def _call(form: Wishes, verb: Any) -> Subscription | None:
    """Call the verb; say on the form what it refused."""
    try:
        made: Subscription = verb(form.wish())
    except Invalid as refused:
        for problem in refused.problems:
            field = {"subject": "about", "scope": "about"}.get(problem.field, problem.field)
            form.add_error(field if field in form.fields else None, str(problem.detail))
        return None
    return made


def _standing(request: HttpRequest) -> Any:
    found = Subscription.objects.filter(person=_me(request), ended_at=None)
    return found.select_related("person", "theme", "source", "organization")


def _mine(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    sent = reconcile.of(_me(request))[:SHOWN]
    return {
        "subscriptions": [_shown(found, now) for found in _standing(request)],
        "deliveries": sent,
        "has_log": access.may_administer(_me(request).role),
    }


def _shown(found: Subscription, now: dt.datetime) -> dict[str, Any]:
    return {
        "row": found,
        "about": wording.about(found),
        "rhythm": wording.rhythm(found),
        "next": None if found.paused_at else periods.following(found.rhythm, now).end,
    }


urlpatterns = [
    path("digests/", digests, name="digests"),
    path("digests/subscriptions/<uuid:uuid>/", amend, name="subscription"),
    path("digests/subscriptions/<uuid:uuid>/pause/", pause, name="subscription_pause"),
    path("digests/subscriptions/<uuid:uuid>/resume/", resume, name="subscription_resume"),
    path("digests/subscriptions/<uuid:uuid>/end/", end, name="subscription_end"),
    path("digests/unsubscribe/<str:signed>/", unsubscribe, name="digest_unsubscribe"),
]
