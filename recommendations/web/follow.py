"""Follow a recommendation, stop following it; what I follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recommendations.actions import follow as verbs
from recommendations.models import Follow, Person, Recommendation
from recommendations.web.arrival import person_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

SHOWN: Final = 20  # of what one follows, on one's own page; the list has all


def following(person: Person) -> dict[str, Any]:
    """Return what a person follows, what changed last first: some of it, and how many there are."""
    mine = Recommendation.objects.visible_to(person).followed_by(person)
    return {"following": list(mine.order_by("-updated_at", "-id")[:SHOWN]), "followed": mine.count()}


def is_following(person: Person | AnonymousUser, item: Recommendation) -> bool:
    """Tell whether the person follows the item; asks nothing for visitors."""
    return isinstance(person, Person) and Follow.objects.filter(person=person, recommendation=item).exists()


@login_required
@require_POST
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin to follow."""
    verbs.follow(reference, actor=person_of(request), now=timezone.now())
    text = _("You follow %(reference)s: it is on “My work”, and a digest can be about what you follow.")
    messages.success(request, text % {"reference": reference})
    return redirect("recommendation", reference=reference)


@login_required
@require_POST
def unfollow(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop following."""
    verbs.unfollow(reference, actor=person_of(request), now=timezone.now())
    messages.success(request, _("You no longer follow %(reference)s.") % {"reference": reference})
    return redirect("recommendation", reference=reference)


urlpatterns = [
    path("recommendations/<str:reference>/follow/", follow, name="follow"),
    path("recommendations/<str:reference>/unfollow/", unfollow, name="unfollow"),
]
