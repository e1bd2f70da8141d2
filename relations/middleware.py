"""What every answer gets: who may come in, in which language and time zone, and the headers that guard it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from relations.problems import problem

type_of_door = Callable[[HttpRequest], HttpResponse]

API = "/api/"
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}


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
    """With STAFF_SECOND_FACTOR on, staff can do nothing by session before they have set up a second factor."""

    def door(request: HttpRequest) -> HttpResponse:
        held = settings.STAFF_SECOND_FACTOR and getattr(request.user, "is_staff", False)
        if not held or request.path.startswith(settings.ALWAYS_OPEN) or is_mfa_enabled(request.user):
            return get_response(request)
        if request.path.startswith(API):
            return problem(403, "second_factor_required", _("Set up a second factor on your account's page first."))
        return HttpResponseRedirect(resolve_url("mfa_index"))

    return door
