"""Where people are signed in: ending that, and forgetting what ended by itself. No act on the register, so no event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from recommendations.rules.errors import Missing, Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from recommendations.models import Person


def name_of(key: str) -> str:
    """Return what names a session in addresses: whoever has its key has the session."""
    return salted_hmac("recommendations.session", key).hexdigest()[:16]


def standing(person: Person, now: dt.datetime) -> list[UserSession]:
    """Return where a person is signed in, last used first. One statement."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return list(UserSession.objects.filter(user=person, session_key__in=alive).order_by("-last_seen_at", "-pk"))


def end(name: str, *, actor: Person, but: str) -> UserSession:
    """End one of one's own, not that with the key `but`. Raises `Missing`."""
    own = UserSession.objects.filter(user=actor).exclude(session_key=but)
    found = next((one for one in own if constant_time_compare(name_of(one.session_key), name)), None)
    if found is None:
        raise Missing(Problem("not_found", _("There is no such session; it may have ended.")))
    _end([found.session_key])
    return found


def end_all(person: Person, *, but: str = "") -> int:
    """End all of a person, but that with the key `but`, and return how many these were."""
    keys = list(UserSession.objects.filter(user=person).exclude(session_key=but).values_list("session_key", flat=True))
    _end(keys)
    return len(keys)


def forget(now: dt.datetime) -> None:
    """Delete the sessions that have run out, with the address and the browser that were noted. A second time changes nothing."""
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=now).delete()
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _end(keys: Collection[str]) -> None:
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
