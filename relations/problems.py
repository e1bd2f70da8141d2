"""Answers for what goes wrong outside of the app: problem+json under /api/, a page elsewhere."""

import sys
from http import HTTPStatus

import orjson
import redis.exceptions
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

OUTAGES = (OperationalError, InterfaceError, redis.exceptions.ConnectionError, redis.exceptions.TimeoutError)
RETRY_AFTER = "5"


def problem(status: int, code: str, detail: str) -> HttpResponse:
    """An answer in the form of RFC 9457."""
    body = {
        "type": f"{settings.PUBLIC_URL}/api/v1/docs/#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [],
    }
    response = HttpResponse(orjson.dumps(body), status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, code, detail)
    page = render_to_string(f"{status}.html", {"detail": detail})  # no request: nothing here may ask the database
    return HttpResponse(page, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say 503 and when to come back if the database or the cache is away, and 500 for our own mistakes."""
    if isinstance(sys.exc_info()[1], OUTAGES):
        detail = _(
            "The register cannot reach its database at the moment. Nothing was changed. Try again in a few seconds."
        )
        response = _answer(request, 503, "unavailable", detail)
        response["Retry-After"] = RETRY_AFTER
        return response
    detail = _(
        "Something went wrong on our side. It has been written down. Go back and try again; if it happens again, tell us."
    )
    return _answer(request, 500, "internal_error", detail)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself could not read: a foreign host name, a thousand parameters."""
    if request.path.startswith("/api/"):
        return problem(400, "malformed", _("The request cannot be read: look at its host name and its parameters."))
    return defaults.bad_request(request, exception)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say the same for what is not there and for what one may not see."""
    detail = _("There is nothing at this address, or it is not yours to see.")
    if request.path.startswith("/api/"):
        return problem(404, "not_found", detail)
    return HttpResponse(render_to_string("404.html", {"detail": detail}, request), status=404)
