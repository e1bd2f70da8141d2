"""Pages of single digests: the next one, and what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from recommendations.digests import letters, reconcile
from recommendations.digests.audience import Reader
from recommendations.digests.message import seal
from recommendations.digests.render import shown
from recommendations.models import Subscription
from recommendations.models.person import role_of
from recommendations.rules import access, periods
from recommendations.rules.periods import Cadence, Period

if TYPE_CHECKING:
    from django.http import HttpRequest

    from recommendations.models import Person


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show the next digest as it would be now; nothing is planned or sent."""
    found, now = _chosen(request), timezone.now()
    is_hourly = found.cadence == Cadence.HOURLY
    period = Period(now, now) if is_hourly else periods.following(found.rhythm, now)
    letter = letters.preview(Reader(found, period, now))
    due = None if is_hourly else period.end
    context = {"letter": letter, "html": shown(letter.html) if letter else "", "due": due, "subscription": found}
    return render(request, "digest/preview.html", context)


@login_required
@require_safe
def digest(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one digest exactly as it was sent, and administrators what came back of it."""
    row = get_object_or_404(reconcile.readable_by(_me(request)), uuid=uuid)
    is_told = access.may_administer(role_of(request.user))
    bounces = reconcile.returned().filter(delivery=row) if is_told else ()
    return render(request, "digest/detail.html", {"delivery": row, "html": shown(row.html), "bounces": bounces})


@login_required
@require_safe
def message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand out the message as a file that mail programs open."""
    row = get_object_or_404(reconcile.readable_by(_me(request)).exclude(text=""), uuid=uuid)
    content = seal(letters.sent(row), now=row.handed_over_at or row.planned_at).content
    headers = {"Content-Disposition": f'attachment; filename="digest-{row.period_end:%Y-%m-%d}.eml"'}
    return HttpResponse(content, content_type="message/rfc822", headers=headers)


def _me(request: HttpRequest) -> Person:
    """Return who is signed in; `login_required` has seen to it that somebody is."""
    return cast("Person", request.user)


def _chosen(request: HttpRequest) -> Subscription:
    """Return the digest that the address names, or one's first, or what one would get by subscribing."""
    whole = Subscription.objects.for_reading()
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
    path("digests/<uuid:uuid>/", digest, name="digest"),
    path("digests/<uuid:uuid>/message.eml", message, name="digest_message"),
]
