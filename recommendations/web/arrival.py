"""Who has come, and to what: what views that write begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
from allauth.core.internal import ratelimit
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.actions.today import today_of
from recommendations.models import Person, Recommendation
from recommendations.rules import references
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


def may_try(request: HttpRequest, action: str, rate: str) -> bool:
    """Count a try of a client who need not sign in, against a rate such as "10/5m/ip".

    While the cache is away nobody is counted; what verbs limit holds all the same.
    """
    try:
        used = ratelimit.consume(request, app="recommendations", action=action, config={action: rate}, limit_get=True)
    except redis.RedisError:
        return True
    return used is not None


def item_at(request: HttpRequest, reference: str) -> Recommendation:
    """Return the recommendation of an address. What one may not see is as missing as what does not exist."""
    related = ("source", "reported__author", "verified__author")
    known = Recommendation.objects.visible_to(request.user).select_related(*related)
    found = None if references.check_reference(reference) else known.filter(reference=reference).first()
    if found is None:
        raise Missing(Problem("not_found", _("There is no such recommendation.")))
    return found
