"""What goes wrong, as RFC 9457 writes it: the closed list of codes, and the one place where exceptions become answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import exceptions
from rest_framework.response import Response

from recommendations.rules.errors import Forbidden, Invalid, Missing, Problem, Refused, Stale, Unlawful

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.functional import _StrPromise

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Code:
    """One of the closed list: its HTTP status, its title, and what to do."""

    status: int
    title: _StrPromise
    remedy: _StrPromise


CODES: Final = {
    "invalid": Code(
        400,
        gettext_lazy("The request is not valid"),
        gettext_lazy("Correct what `errors` names. Nothing was changed."),
    ),
    "malformed": Code(
        400,
        gettext_lazy("The request cannot be read"),
        gettext_lazy("Send one JSON value in UTF-8 with each key once, no NaN, and at most 32 levels."),
    ),
    "not_authenticated": Code(
        401, gettext_lazy("Sign-in is needed"), gettext_lazy("Send a token: `Authorization: Bearer rel_…`.")
    ),
    "invalid_token": Code(
        401,
        gettext_lazy("The token opens nothing"),
        gettext_lazy("It is mistyped, expired or revoked: make a new one."),
    ),
    "forbidden": Code(
        403, gettext_lazy("You may not do this"), gettext_lazy("Ask somebody whose role lets them; `errors` says who.")
    ),
    "read_only_token": Code(
        403, gettext_lazy("The token can only read"), gettext_lazy("Use a token with the scope `write`.")
    ),
    "csrf_failed": Code(
        403,
        gettext_lazy("The CSRF token is missing or wrong"),
        gettext_lazy("With a browser's session send X-CSRFToken; programs use a token instead."),
    ),
    "second_factor_required": Code(
        403,
        gettext_lazy("A second factor is needed"),
        gettext_lazy("Set up a second factor on your account's page, or use a token."),
    ),
    "not_found": Code(
        404,
        gettext_lazy("Nothing here"),
        gettext_lazy("Check the address; it ends with a slash. What you may not see answers the same."),
    ),
    "method_not_allowed": Code(
        405, gettext_lazy("This method is not possible here"), gettext_lazy("`Allow` names those that are.")
    ),
    "not_acceptable": Code(
        406, gettext_lazy("No answer of the wanted type"), gettext_lazy("Accept `application/json`.")
    ),
    "unlawful": Code(
        409,
        gettext_lazy("The rules of the register forbid this"),
        gettext_lazy("`errors` names each rule and what would satisfy it. Nothing was changed."),
    ),
    "length_required": Code(
        411, gettext_lazy("The length is missing"), gettext_lazy("Send Content-Length instead of chunks.")
    ),
    "stale": Code(
        412,
        gettext_lazy("Somebody was faster"),
        gettext_lazy("Read the resource again, look at what changed, and send yours with the new ETag."),
    ),
    "too_large": Code(
        413,
        gettext_lazy("The body is too long"),
        gettext_lazy("Send at most 1,000,000 bytes, or a form with a file of at most 10 MB."),
    ),
    "unsupported_media_type": Code(
        415,
        gettext_lazy("The body is of a wrong type"),
        gettext_lazy("Send `Content-Type: application/json`, in UTF-8, not compressed."),
    ),
    "idempotency_key_reused": Code(
        422,
        gettext_lazy("The Idempotency-Key belongs to another request"),
        gettext_lazy("Use a new key for each new request, and the same key only to send the same request again."),
    ),
    "precondition_required": Code(
        428,
        gettext_lazy("If-Match is missing"),
        gettext_lazy("Read the resource, and send its ETag as If-Match."),
    ),
    "throttled": Code(
        429,
        gettext_lazy("Too many requests"),
        gettext_lazy("Wait as many seconds as Retry-After says."),
    ),
    "internal_error": Code(
        500, gettext_lazy("Something went wrong on our side"), gettext_lazy("It has been written down; tell us.")
    ),
    "unavailable": Code(
        503,
        gettext_lazy("The register cannot work at the moment"),
        gettext_lazy("Try again after as many seconds as Retry-After says."),
    ),
}
REFUSALS: Final[dict[type[Refused], str]] = {
    Invalid: "invalid",
    Forbidden: "forbidden",
    Missing: "not_found",
    Unlawful: "unlawful",
    Stale: "stale",
}
REST: Final[dict[type[Exception], str]] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.PermissionDenied: "csrf_failed",  # only the check of a session's CSRF token raises it here
    PermissionDenied: "forbidden",
    Http404: "not_found",
    RequestDataTooBig: "too_large",
    SuspiciousOperation: "malformed",
    UnreadablePostError: "malformed",
}
# What Django REST framework calls them, and what we do.
NAMES: Final = {"null": "null_not_possible", "invalid": "bad_value"}


class Failure(exceptions.APIException):
    """An answer other than the one asked for, by its code."""

    def __init__(
        self, code: str, detail: str = "", *problems: Problem, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail, code)
        self.code, self.said, self.problems, self.headers = code, detail, problems, dict(headers or {})


def answer(wrong: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into an answer; None for what is our own mistake or an outage: see relations/problems.py."""
    failure = _failure(wrong)
    if failure is None:
        return None
    if CODES[failure.code].status == 401:  # noqa: PLR2004 - the status' own name is longer
        mark = ', error="invalid_token"' if failure.code == "invalid_token" else ""
        failure.headers["WWW-Authenticate"] = f'Bearer realm="relations"{mark}'
    body = written(failure, getattr(context["view"], "renames", {}))
    return Response(body, body["status"], headers=failure.headers, content_type=MEDIA_TYPE)


def written(failure: Failure, renames: Mapping[str, str]) -> dict[str, Any]:
    """Return the members of a problem. `renames` maps names of verbs' inputs to those of the body."""
    code = CODES[failure.code]
    return {
        "type": f"{settings.PUBLIC_URL}/api/v1/docs/#{failure.code}",
        "title": str(code.title),
        "status": code.status,
        "detail": failure.said or str(code.remedy),
        "code": failure.code,
        "errors": [_error(problem, renames) for problem in failure.problems],
    }


def _error(problem: Problem, renames: Mapping[str, str]) -> dict[str, str]:
    said = asdict(problem)
    first, slash, rest = said["field"].partition("/")
    place = renames.get(first, first) + slash + rest
    return {"pointer": f"/{place}" if place else "", "detail": str(said["detail"]), "code": said["code"]}


def _failure(wrong: Exception) -> Failure | None:
    if isinstance(wrong, Failure):
        return wrong
    if isinstance(wrong, Refused):
        return _refusal(wrong)
    if isinstance(wrong, exceptions.ValidationError):
        problems = tuple(_flat(wrong.detail, ""))
        return Failure("invalid", _summary(problems), *problems)
    code = next((code for kind, code in REST.items() if isinstance(wrong, kind)), None)
    return Failure(code) if code else None


def _refusal(wrong: Refused) -> Failure:
    code = next(code for kind, code in REFUSALS.items() if isinstance(wrong, kind))
    if code == "not_found":  # the same words for whatever is missing or hidden
        return Failure(code)
    return Failure(code, _summary(wrong.problems), *wrong.problems)


def _summary(problems: tuple[Problem, ...]) -> str:
    if len(problems) == 1:
        return str(problems[0].detail)
    text = ngettext("%(count)s thing is wrong: see errors.", "%(count)s things are wrong: see errors.", len(problems))
    return text % {"count": len(problems)}


def _flat(detail: Any, place: str) -> Iterator[Problem]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, f"{place}/{name}" if place else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, place)
    else:
        yield Problem(NAMES.get(detail.code, detail.code), str(detail), place)


def unknown_parameter(name: str, known: list[str]) -> Problem:
    """Say that a query parameter does not exist here."""
    text = _("There is no parameter “%(name)s”; possible are: %(names)s.")
    return Problem("unknown_parameter", text % {"name": name[:60], "names": ", ".join(known) or "-"}, name)
