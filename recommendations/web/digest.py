"""Pages of single digests: the next one, what was sent, and what needs an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from recommendations.actions import delivery as verbs
from recommendations.digests import letters, reconcile
from recommendations.digests.audience import Reader
from recommendations.digests.message import seal
from recommendations.digests.render import shown
from recommendations.models import Subscription
from recommendations.models.person import role_of
from recommendations.rules import access, periods
from recommendations.rules.errors import Missing, Problem, refuse_if

if TYPE_CHECKING:
    from django.http import HttpRequest

    from recommendations.models import Person

LISTED = 200


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show the next digest as it would be now; nothing is planned or sent."""
    found, now = _chosen(request), timezone.now()
    period = periods.following(found.rhythm, now)
    letter = letters.preview(Reader(found, period, now))
    context = {"letter": letter, "html": shown(letter.html) if letter else "", "due": period.end, "subscription": found}
    return render(request, "digest/preview.html", context)


@login_required
@require_safe
def digest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one digest exactly as it was sent."""
    row = get_object_or_404(reconcile.readable_by(_me(request)), uuid=uuid)
    return render(request, "digest/detail.html", {"delivery": row, "html": shown(row.html)})


@login_required
@require_safe
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the message as a file that mail programs open."""
    row = get_object_or_404(reconcile.readable_by(_me(request)).exclude(text=""), uuid=uuid)
    content = seal(letters.sent(row), now=row.handed_over_at or row.planned_at).content
    headers = {"Content-Disposition": f'attachment; filename="digest-{row.period_end:%Y-%m-%d}.eml"'}
    return HttpResponse(content, content_type="message/rfc822", headers=headers)


@login_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show administrators where all digests are, and which ones need a decision."""
    _need_administrator(request)
    context = {
        "books": reconcile.books(),
        "uncertain": reconcile.uncertain()[:LISTED],
        "failed": reconcile.failed()[:LISTED],
    }
    return render(request, "digest/log.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Plan an uncertain or failed digest anew."""
    _need_administrator(request)
    row = verbs.send_again(uuid, actor=_me(request), now=timezone.now())
    text = _("The digest is sent again within a minute, to %(person)s, with the same Message-ID.")
    messages.success(request, text % {"person": row.subscription.person})
    return redirect("digest_log")


def _me(request: HttpRequest) -> Person:
    """Return who is signed in; `login_required` has seen to it that somebody is."""
    return cast("Person", request.user)


def _need_administrator(request: HttpRequest) -> None:
    text = _("There is nothing at this address, or it is not yours to see.")
    refuse_if([] if access.may_administer(role_of(request.user)) else [Problem("not_found", text)], Missing)


def _chosen(request: HttpRequest) -> Subscription:
    """Return the digest that the address names, or one's first, or what one would get by subscribing."""
    whole = Subscription.objects.select_related("person__organization", "theme", "source", "organization")
    mine = whole.filter(person=_me(request), ended_at=None)
    if wanted := request.GET.get("subscription"):
        return get_object_or_404(mine, uuid=_uuid(wanted))
    language = (translation.get_language() or "en")[:2]
    usual: Any = {"person": _me(request), "language": language, "created_at": timezone.now()}
    return mine.order_by("id").first() or Subscription(**usual)


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None


urlpatterns = [
    path("digests/preview/", preview, name="digest_preview"),
    path("digests/log/", log, name="digest_log"),
    path("digests/log/<uuid:uuid>/send-again/", send_again, name="digest_send_again"),
    path("digests/<uuid:uuid>/", digest, name="digest"),
    path("digests/<uuid:uuid>/message.eml", message, name="digest_message"),
]
