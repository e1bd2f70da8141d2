"""Idempotency-Key: a POST that is sent again under its key has one effect, and the same answer."""

from __future__ import annotations

import json
import re
from functools import wraps
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.actions import idempotency
from recommendations.actions.idempotency import Answer
from recommendations.api.problems import Failure
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request
    from rest_framework.response import Response

    from recommendations.api.door import Door

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
PATTERN: Final = "^[!-~]{1,255}$"
_KEY: Final = re.compile(PATTERN.strip("^$"))
KEPT: Final = ("Location", "ETag")


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a method that writes answer once for each key that is sent with it; without a key it is what it was."""

    @wraps(view)
    def answer(door: Door, request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return view(door, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise Invalid(Problem("bad_idempotency_key", _("A key has 1 to 255 visible ASCII characters."), HEADER))
        given, again = idempotency.once(
            key,
            fingerprint(request),
            lambda: _written(door, view(door, request, *args, **kwargs)),
            person=door.actor,
            now=door.now,
        )
        if given is None:
            raise Failure("idempotency_key_reused")
        return _given(given, again=again)

    return answer


def _given(said: Answer, *, again: bool) -> HttpResponse:
    response = HttpResponse(said.body, status=said.status, headers=said.headers)
    if not said.body:
        del response.headers["Content-Type"]
    if again:
        response.headers[REPLAYED] = "true"
    return response


def fingerprint(request: Request) -> str:
    """Hash what a request asks for: method, path, query, media type, body. A form counts by its parts, not its boundary."""
    media_type = request.content_type.partition(";")[0].strip().lower()
    said = [request.method, request.get_full_path(), media_type, _plain(request.data)]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _plain(data: Any) -> Any:
    """Return a body as JSON can hold it; files and documents by their hash."""
    if isinstance(data, bytes):
        return sha256(data).hexdigest()
    if isinstance(data, UploadedFile):
        digest = sha256(data.read()).hexdigest()
        data.seek(0)
        return [data.name, digest]
    return {name: _plain(member) for name, member in data.items()} if isinstance(data, dict) else data


def _written(door: Door, response: Response) -> Answer:
    """Write an answer out, as the negotiated renderer does, so that it can be kept."""
    renderer = door.request.accepted_renderer
    body = renderer.render(response.data, renderer.media_type, door.get_renderer_context())
    headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    headers |= {"Content-Language": str(translation.get_language()), "Content-Type": renderer.media_type}
    return Answer(response.status_code, headers, cast("bytes", body))
