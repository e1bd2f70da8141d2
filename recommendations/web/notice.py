"""Notices: what is for me; marking it as seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recommendations.actions import notice
from recommendations.models import Notice
from recommendations.web.arrival import person_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from recommendations.models import Person

UNSEEN, SEEN = 50, 10  # how many of each a page shows, the latest first


def lately(person: Person) -> dict[str, Any]:
    """Return what a person has not seen yet, and the last of what they have."""
    mine = Notice.objects.filter(person=person).for_reading().order_by("-id")
    return {"unseen": list(mine.unseen()[:UNSEEN]), "seen": list(mine.filter(seen_at__isnull=False)[:SEEN])}


@login_required
@require_POST
def see(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark one as seen."""
    notice.see(uuid, actor=person_of(request), now=timezone.now())
    return redirect("my")


@login_required
@require_POST
def see_all(request: HttpRequest) -> HttpResponse:
    """Mark all as seen."""
    notice.see_all(actor=person_of(request), now=timezone.now())
    messages.success(request, _("All notices are marked as seen."))
    return redirect("my")


urlpatterns = [
    path("notices/see/", see_all, name="notices_see"),
    path("notices/<uuid:uuid>/see/", see, name="notice_see"),
]
