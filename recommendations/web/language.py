"""Choosing the language: a stranger's in a cookie, a signed-in person's in their profile."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from recommendations.actions import person
from recommendations.models import Person
from recommendations.rules.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


# Without a CSRF token, so that pages for strangers need no cookie. A foreign page cannot send the session along (it is
# SameSite=Lax); the worst it can do is change a stranger's language.
@csrf_exempt
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language and go back to the page."""
    actor = request.user
    if request.method == "POST" and isinstance(actor, Person):
        said = person.Profile(actor.name, actor.language, actor.time_zone)
        with suppress(Refused):  # a language that we do not speak changes nothing
            person.introduce(replace(said, language=request.POST.get("language", "")), actor=actor, now=timezone.now())
    return set_language(request)
