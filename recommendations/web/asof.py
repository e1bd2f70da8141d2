"""Pages as of an earlier day: `?as_of=…` is read here, and every link and form of such a page carries it on."""

from __future__ import annotations

import re
from functools import lru_cache, wraps
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import Resolver404, resolve
from django.utils import timezone

from recommendations.actions.today import zone_of
from recommendations.models import Person, past
from recommendations.rules import moments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from recommendations.rules.moments import AsOf

    type_of_view = Callable[..., HttpResponse]

NAME: Final = "as_of"
SAFE: Final = frozenset({"GET", "HEAD"})
# Links but those that lead out of the past on purpose, and forms that ask (those that act have method="post").
_LINK: Final = re.compile(r'(<a\b(?![^>]*\bdata-now\b)[^>]*?\shref=")([^"]*)(?=")')
_FORM: Final = re.compile(r'(<form\b[^>]*\bmethod="get"[^>]*>)(.*?)(?=</form>)', re.DOTALL)


def dated(view: type_of_view) -> type_of_view:
    """Let a page answer as of the moment that `?as_of=` names; whoever acts (POST) acts today.

    The view finds the moment in `as_of(request)` and the day in `today(request)`. Raises `Invalid` for a wrong one.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = _asked(request)
        if found is None:
            return view(request, *args, **kwargs)
        request.as_of, request.way_back = found, _way_back(request)  # type: ignore[attr-defined]
        with past.as_of(found.moment):
            answer = view(request, *args, **kwargs)
        answer.content = carried(answer.content.decode(), found.text).encode()
        return answer

    page.is_dated = True  # type: ignore[attr-defined]
    return page


def as_of(request: HttpRequest) -> AsOf | None:
    """Return the moment that the reader looks back to; None for now."""
    return getattr(request, NAME, None)


def today(request: HttpRequest) -> dt.date:
    """Return the reader's day: today, or the one that is looked back to."""
    found = as_of(request)
    return found.day if found else timezone.localdate()


def who_may_act(request: HttpRequest) -> Person | AnonymousUser:
    """Return who is to be offered what they may do: nobody in the past."""
    return AnonymousUser() if as_of(request) else request.user


def zone(request: HttpRequest) -> dt.tzinfo:
    """Return the reader's time zone."""
    return zone_of(request.user if isinstance(request.user, Person) else None)


def carried(page: str, text: str) -> str:
    """Return a page whose links to what can be looked back to, and whose forms that ask, name the moment too."""
    page = _LINK.sub(lambda found: found[1] + escape(_with(unescape(found[2]), text)), page)
    hidden = f'<input type="hidden" name="{NAME}" value="{escape(text)}">'
    return _FORM.sub(lambda found: found[0] + ("" if f'name="{NAME}"' in found[2] else hidden), page)


def _asked(request: HttpRequest) -> AsOf | None:
    values = [value for value in request.GET.getlist(NAME) if value] if request.method in SAFE else []
    return moments.parse(values, now=timezone.now(), zone=zone(request))


def _way_back(request: HttpRequest) -> str:
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name not in {NAME, "cursor"}]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _with(address: str, text: str) -> str:
    place, mark, fragment = address.partition("#")
    path, _mark, query = place.partition("?")
    if not place or NAME in parse_qs(query) or (path and not _can_look_back(path)):
        return address
    return f"{path}?{query}{'&' if query else ''}{urlencode({NAME: text})}{mark}{fragment}"


@lru_cache(maxsize=4096)
def _can_look_back(path: str) -> bool:
    try:
        found = resolve(path).func if path.startswith("/") else None
    except Resolver404:
        return False
    said = getattr(getattr(getattr(found, "cls", None), "get", None), "operation", None)  # of the API
    return getattr(found, "is_dated", False) or getattr(said, "dated", False)
