"""Pages of one's digests: subscribe, change, pause, end; and the page behind the link in every mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

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

from recommendations.actions import reply
from recommendations.actions import subscription as verbs
from recommendations.digests import links, reconcile, wording
from recommendations.models import SavedView, Subscription
from recommendations.models.person import Language
from recommendations.models.subscription import Scope
from recommendations.rules import access, periods
from recommendations.rules.periods import Cadence
from recommendations.web.wishes import WishForm, form_of, wish_of

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from django.http import HttpRequest

    from recommendations.models import Person

SHOWN: Final = 50  # digests on the page, newest first
_SUBSCRIBED: Final = (
    _("You are subscribed; the first digest comes when its period has ended."),
    _("You are subscribed; the first mail comes with the next notice."),
)


class OwnForm(WishForm):
    """What a person wants to get, and when."""

    whole = tuple(
        (scope.value, scope.label) for scope in (Scope.EVERYTHING, Scope.OWNED, Scope.FOLLOWED, Scope.NOTICES)
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Say whose hours these are, and what has no hour."""
        self.person = person
        super().__init__(*args, **kwargs)
        self.fields["hour"].help_text = _("In your time zone, %(zone)s.") % {"zone": person.time_zone}
        self.fields["cadence"].help_text = _("What concerns you personally comes as it happens, at most once an hour.")

    def own(self) -> list[tuple[Any, Any]]:
        """Return the person's saved views."""
        views = SavedView.objects.filter(person=self.person).order_by("name")
        found = [(f"{Scope.SAVED_VIEW.value}:{view.uuid}", view.name) for view in views]
        return [(_("One of my saved views"), found)] if found else []


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def digests(request: HttpRequest) -> HttpResponse:
    """List one's digests and what was sent; subscribe to one more."""
    first = form_of(verbs.Wish(language=translation.get_language() or Language.ENGLISH))
    first |= {"about": about} if (about := request.GET.get("about")) else {}
    form = OwnForm(request.POST or None, initial=first, person=_me(request))
    if form.attempt(lambda said: verbs.subscribe(wish_of(said), actor=_me(request), now=timezone.now())):
        messages.success(request, _SUBSCRIBED[form.cleaned_data["about"] == Scope.NOTICES])
        return redirect("digests")
    return render(request, "subscription/list.html", {"form": form, **_mine(request)}, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change one of one's digests."""
    found = get_object_or_404(_standing(request), uuid=uuid)
    form = OwnForm(request.POST or None, initial=form_of(verbs.wish_of(found)), person=_me(request))
    if form.attempt(lambda said: verbs.amend(uuid, wish_of(said), actor=_me(request), now=timezone.now())):
        messages.success(request, _("Your digest is changed."))
        return redirect("digests")
    return render(request, "subscription/amend.html", {"form": form, "subscription": found}, status=form.status)


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
def revoke_answers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the links to answer by worthless that one of one's digests has brought."""
    reply.revoke(uuid, actor=_me(request), now=timezone.now())
    messages.success(
        request, _("The links to answer by that were mailed so far count no more; the next digest brings new ones.")
    )
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
    found = get_object_or_404(Subscription.objects.for_reading(), uuid=uuid)
    if request.method == "POST":
        found.ended_at = verbs.unsubscribe(uuid, now=timezone.now()).ended_at
    with translation.override(found.language):
        context = {"subscription": found, "about": wording.about(found), "rhythm": wording.rhythm(found)}
        return render(request, "subscription/unsubscribe.html", context)


def _me(request: HttpRequest) -> Person:
    """Return who is signed in; `login_required` has seen to it that somebody is."""
    return cast("Person", request.user)


def _standing(request: HttpRequest) -> Any:
    return Subscription.objects.for_reading().filter(person=_me(request), ended_at=None)


def _mine(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    sent = reconcile.of(_me(request))[:SHOWN]
    return {
        "subscriptions": [_shown(found, now) for found in _standing(request)],
        "deliveries": sent,
        "suppression": reconcile.suppression_of(_me(request)),
        "has_log": access.may_administer(_me(request).role),
    }


def _shown(found: Subscription, now: dt.datetime) -> dict[str, Any]:
    return {
        "row": found,
        "about": wording.about(found),
        "rhythm": wording.rhythm(found),
        "next": periods.following(found.rhythm, now).end if found.cadence != Cadence.HOURLY else None,
    }


urlpatterns = [
    path("digests/", digests, name="digests"),
    path("digests/subscriptions/<uuid:uuid>/", amend, name="subscription"),
    path("digests/subscriptions/<uuid:uuid>/pause/", pause, name="subscription_pause"),
    path("digests/subscriptions/<uuid:uuid>/resume/", resume, name="subscription_resume"),
    path("digests/subscriptions/<uuid:uuid>/revoke-answers/", revoke_answers, name="subscription_revoke_answers"),
    path("digests/subscriptions/<uuid:uuid>/end/", end, name="subscription_end"),
    path("digests/unsubscribe/<str:signed>/", unsubscribe, name="digest_unsubscribe"),
]
