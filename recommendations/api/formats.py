"""JSON in and out: read strictly, written quickly."""

from __future__ import annotations

import json
import math
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

import orjson
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer

from recommendations.api.problems import Failure
from recommendations.rules import words
from recommendations.rules.errors import Invalid, Problem
from recommendations.texts import filetypes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from django.http import HttpRequest
    from rest_framework.request import Request

DEEPEST: Final = 32
LONGEST_FORM: Final = filetypes.LARGEST + 100_000  # a file, and what is said of it
OPTIONS: Final = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class _Malformed(ValueError):
    """The text is JSON for others, not for us; carries the sentence to show."""


def dumps(value: Any) -> bytes:
    """Write an answer: UTF-8, times in UTC with Z."""
    return orjson.dumps(value, default=_number, option=OPTIONS)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


class JSON(BaseRenderer):
    """Answers as JSON."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Write the answer; nothing for an answer without a body."""
        return b"" if data is None else dumps(data)


class JSONLD(JSON):
    """Answers as JSON-LD."""

    media_type = "application/ld+json"


class _Written(BaseRenderer):
    """An answer that is written already."""

    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Write problems; everything else comes as it is."""
        return dumps(data)


def written_as(name: str, media_type: str) -> type[BaseRenderer]:
    """Return the renderer of what a view writes by itself."""
    return type("Written", (_Written,), {"format": name, "media_type": media_type})


class Annotations(JSON):
    """Answers as Web Annotations, for those who ask for their profile."""

    media_type = 'application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"'


class StrictJSON(BaseParser):
    """Bodies: one JSON value in UTF-8, each key once, no NaN, not deeper than 32, at most 1 MB."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body of a request, whose headers were checked. Raises `Failure` (400) and `Invalid`."""
        value = _read(stream.read())
        problems = list(_unprintable(value, ""))
        if problems:
            raise Invalid(*problems)
        return value


class StrictMergePatch(StrictJSON):
    """The same, by the name that RFC 7396 gives to changes."""

    media_type = "application/merge-patch+json"


class PlainText(BaseParser):
    """A document as it is: its bytes."""

    media_type = "text/plain"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body of a request, whose headers were checked."""
        return stream.read()


class Page(PlainText):
    """The same, for a document in HTML."""

    media_type = "text/html"


class StrictForm(MultiPartParser):
    """A form with a file, for the addresses that take one: each part once, texts in UTF-8."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body of a request, whose headers were checked. Raises `Failure` (400, 413) and `Invalid`."""
        try:
            found = super().parse(stream, media_type, parser_context)
        except ParseError:
            raise Failure("malformed", _("The form cannot be read: look at its boundary.")) from None
        except (TooManyFieldsSent, TooManyFilesSent):
            raise Failure("malformed", _("The form has too many parts.")) from None
        parts = [*found.data.lists(), *found.files.lists()]
        if len({name for name, _values in parts}) != len(parts) or any(len(values) != 1 for _name, values in parts):
            raise Failure("malformed", _("The form has the same part twice."))
        value = {name: values[0] for name, values in parts}
        problems = list(_unprintable({name: said for name, said in value.items() if isinstance(said, str)}, ""))
        if problems:
            raise Invalid(*problems)
        return value


def is_form(request: Request) -> bool:
    """Tell whether the body is a form."""
    return request.content_type.partition(";")[0].strip().lower() == StrictForm.media_type


def check_headers(request: HttpRequest, most: int) -> None:
    """Refuse a body by what its headers say; JSON is never longer than usual. Raises `Failure` (411, 413, 415)."""
    length = request.headers.get("Content-Length", "")
    if (request.content_type or "").lower() not in {StrictForm.media_type, PlainText.media_type, Page.media_type}:
        most = min(most, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if length.isdecimal() and int(length[:20]) > most:
        raise Failure("too_large", _("The body is longer than %(most)s bytes.") % {"most": most})
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    charset = request.content_params.get("charset", "utf-8").lower() if request.content_params else "utf-8"
    if coding != "identity":
        raise Failure("unsupported_media_type", _("Send the body as it is, without Content-Encoding."))
    if charset not in {"utf-8", "utf8"}:
        raise Failure("unsupported_media_type", _("Send the body in UTF-8."))
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise Failure("length_required", _("Say in Content-Length how long the body is."))


def check_query(request: HttpRequest) -> None:
    """Refuse a query that is not UTF-8, of which Django would make something else. Raises `Failure` (400)."""
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeDecodeError:
        raise Failure("malformed", _("The query of the address is not UTF-8.")) from None


def _read(content: bytes) -> Any:
    try:
        value = json.loads(
            content.decode(), object_pairs_hook=_members, parse_constant=_constant, parse_float=_float, parse_int=_whole
        )
    except UnicodeDecodeError:
        raise Failure("malformed", _("The body is not UTF-8.")) from None
    except json.JSONDecodeError as wrong:
        text = _("The body is not JSON: line %(line)s, column %(column)s.")
        raise Failure("malformed", text % {"line": wrong.lineno, "column": wrong.colno}) from None
    except _Malformed as wrong:
        raise Failure("malformed", str(wrong)) from None
    except RecursionError:
        value = None
        depth = DEEPEST + 1
    else:
        depth = _depth(value)
    if depth > DEEPEST:
        raise Failure("malformed", _("The body is nested deeper than %(most)s levels.") % {"most": DEEPEST})
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Malformed(_("The body has an object with the same key twice."))
    return found


def _constant(name: str) -> Any:
    raise _Malformed(_("The body has a number that JSON does not know: %(name)s.") % {"name": name})


def _float(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else _constant(digits[:20])


def _whole(digits: str) -> int:
    return int(digits) if len(digits) < 4000 else _constant(digits[:20] + "…")  # noqa: PLR2004 - Python's own limit is 4,300


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        level = [inner for outer in level if isinstance(outer, (dict, list)) for inner in _inside(outer)]
        depth += 1
    return depth


def _inside(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _unprintable(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, str):
        yield from words.check_text(value, place, longest=len(value))
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from words.check_text(key, place, longest=len(key))
            yield from _unprintable(member, f"{place}/{key}" if place else key)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _unprintable(member, f"{place}/{number}" if place else str(number))
