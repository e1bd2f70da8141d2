"""What every answer gets: who may come in, in which language and time zone, and the headers that guard it."""

import time
from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from relations.problems import problem

type_of_door = Callable[[HttpRequest], HttpResponse]

API = "/api/"
SEEN: Final = "seen"  # in the session: when it was noted that it is in use
NOTED: Final = 3600  # seconds for which that holds
WANTED: Final = "wanted"  # in the session: where somebody wanted to go who needs a second factor first
TEXTS = ("text/", "application/json", "application/ld+json", "application/atom+xml", "application/xml")
NEVER_COMPRESSED = (  # where secrets are shown, and where programs ask
    *("/account/tokens/", "/account/calendars/", "/account/2fa/", "/account/password/"),
    *("/api/", "/admin/", "/setup/"),
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}


class Compressed(GZipMiddleware):
    """Texts go out compressed, but not from where secrets are shown or programs ask, whose ETags have to stay strong.

    A reflected word beside a secret tells of it by the length of the answer (BREACH): Django masks the token of forms anew each
    time and makes lengths vary; tokens, addresses of calendars and second factors stand on pages that are never compressed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if request.path.startswith(NEVER_COMPRESSED) or not kind.startswith(TEXTS):
            return response
        return super().process_response(request, response)


def guard(get_response: type_of_door) -> type_of_door:
    """Headers for every answer. What a signed-in person or a program reads is stored nowhere on the way."""

    def door(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        personal = getattr(request, "user", None) is not None and request.user.is_authenticated
        if personal or response.cookies or request.path.startswith(settings.NEVER_CACHED):
            response.headers["Cache-Control"] = "private, no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return door


def reader(get_response: type_of_door) -> type_of_door:
    """Speak the signed-in person's language in their time zone. Strangers have the cookie's or the browser's language."""

    def door(request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        try:
            timezone.activate(ZoneInfo(getattr(request.user, "time_zone", "") or settings.TIME_ZONE))
        except (ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()
        try:
            response = get_response(request)
        finally:
            timezone.deactivate()
        patch_vary_headers(response, ["Cookie"])
        return response

    return door


def public_site(get_response: type_of_door) -> type_of_door:
    """With PUBLIC_SITE off, strangers find only the doors in ALWAYS_OPEN. A bearer token is judged by the API itself."""

    def door(request: HttpRequest) -> HttpResponse:
        if settings.PUBLIC_SITE or request.user.is_authenticated or request.path.startswith(settings.ALWAYS_OPEN):
            return get_response(request)
        if not request.path.startswith(API):
            return redirect_to_login(request.get_full_path())
        if request.headers.get("Authorization", "").lower().startswith("bearer "):
            return get_response(request)
        return problem(401, "not_authenticated", _("This site is closed to visitors: sign in or send a token."))

    return door


def second_factor(get_response: type_of_door) -> type_of_door:
    """With STAFF_SECOND_FACTOR on, staff can do nothing by session before they have set up a second factor.

    Where they wanted to go is kept meanwhile, for the pages on which they set it up.
    """

    def door(request: HttpRequest) -> HttpResponse:
        held = settings.STAFF_SECOND_FACTOR and getattr(request.user, "is_staff", False)
        if not held or request.path.startswith(settings.ALWAYS_OPEN):
            return get_response(request)
        if is_mfa_enabled(request.user):
            request.session.pop(WANTED, None)
            return get_response(request)
        if request.path.startswith(API):
            return problem(403, "second_factor_required", _("Set up a second factor on your account's page first."))
        if request.method == "GET":
            request.session[WANTED] = request.get_full_path()
        return HttpResponseRedirect(resolve_url("mfa_index"))

    return door


def seen(get_response: type_of_door) -> type_of_door:
    """Note once an hour that a session is in use; allauth by itself would write at each request. Signing in is noted by it."""

    def door(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and 0 < request.session.get(SEEN, 0) < time.time() - NOTED:
            request.session[SEEN] = int(time.time())
            UserSession.objects.create_from_request(request)
        return get_response(request)

    return door
