"""Who has come, and to what: what views that write begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.actions.today import today_of
from recommendations.models import Person, Recommendation
from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest


def person_of(request: HttpRequest) -> Person:
    """Return who is signed in; views that ask are behind `login_required`."""
    assert isinstance(request.user, Person)  # noqa: S101 - see above
    return request.user


def today(request: HttpRequest) -> dt.date:
    """Return the day that it is for whoever is signed in."""
    return today_of(person_of(request), timezone.now())


def item_at(request: HttpRequest, reference: str) -> Recommendation:
    """Return the recommendation of an address. What one may not see is as missing as what does not exist."""
    related = ("source", "reported__author", "verified__author")
    found = Recommendation.objects.visible_to(request.user).select_related(*related).filter(reference=reference).first()
    if found is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    return found
