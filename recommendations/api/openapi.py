"""The OpenAPI 3.1 document, made of what the views say of themselves."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from recommendations.api import converters, shapes
from recommendations.api.bodies import shape_of
from recommendations.api.components import SHAPES
from recommendations.api.problems import CODES, MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recommendations.api.operation import Operation, Parameter

VERSION: Final = "1.0.0"
PREFIX: Final = "/api/v1/"
_TAGS: Final = {
    "history": "events",
    "me": "people",
    "follow": "follows",
    "content": "captures",
    **{f"recommendations.{form}": "exports" for form in ("csv", "json", "ndjson")},
    **dict.fromkeys(("template.csv", "template.xlsx", "rows", "apply"), "imports"),
}
# They belong to what their address is about.
_ACTS: Final = frozenset(
    {"retract", "release", "finish", "cancel", "see", "undo", "withdraw", "restore", "split", "merge", "place", "file"}
)
METHODS: Final = ("get", "post", "patch", "delete")
_PLACE: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
ABOUT: Final = (
    "A register of recommendations and of what came of them. Listing a proposal is not endorsing it.\n\n"
    "Sign in with `Authorization: Bearer rel_…`. Unknown parameters and fields are refused, never ignored. "
    "Lists are pages with cursors. Each thing has a strong ETag; PATCH needs it as If-Match. "
    "Whatever goes wrong is answered as application/problem+json with a code of a closed list."
)


@cache
def document() -> dict[str, Any]:
    """Return the document. It is in English whatever the reader's language, and made once."""
    with translation.override("en"):
        return {
            "openapi": "3.1.1",
            "info": {
                "title": "Relations",
                "version": VERSION,
                "description": ABOUT,
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": settings.PUBLIC_URL}],
            "security": [{}, {"token": []}, {"session": []}],
            "tags": [{"name": name} for name in dict.fromkeys(tag for *_rest, tag in operations())],
            "paths": _paths(),
            "components": {
                "schemas": {**_shapes(), "Problem": problem_shape()},
                "responses": {f"Problem{status}": _problem(status) for status in _statuses()},
                "headers": _headers(),
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "rel_…"},
                    "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
                },
            },
        }


def operations() -> Iterator[tuple[str, str, Operation, type[Any], dict[str, Any], str]]:
    """Yield every operation: its address, method, what it says, its view, the shapes in its address, its tag."""
    for pattern in _patterns():
        route = str(pattern.pattern)
        view = pattern.callback.cls
        places = {name: converters.SHAPES[kind] for kind, name in _PLACE.findall(route)}
        address = PREFIX + _PLACE.sub(r"{\2}", route)
        for method in METHODS:
            said = getattr(getattr(view, method, None), "operation", None)
            if said is not None:
                yield address, method, said, view, places, _tag(route)


def _patterns() -> list[Any]:
    """Find the API's own list of addresses among all."""
    (own,) = [resolver for resolver in _resolvers(get_resolver()) if str(resolver.pattern) == PREFIX[1:]]
    return list(own.url_patterns)


def _resolvers(parent: Any) -> Iterator[Any]:
    for child in parent.url_patterns:
        if hasattr(child, "url_patterns"):
            yield child
            yield from _resolvers(child)


def _tag(route: str) -> str:
    named = [part for part in route.split("/") if part and "<" not in part and part not in _ACTS]
    return _TAGS.get(named[-1], named[-1]) if named else "index"


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for address, method, said, view, places, tag in operations():
        item = paths.setdefault(address, {})
        if places:
            item["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": shape} for name, shape in places.items()
            ]
        item[method] = _operation(said, view, f"{method}_{_slug(address)}", tag, has_places=bool(places))
    return paths


def _slug(address: str) -> str:
    return re.sub(r"\W+", "_", address.removeprefix(PREFIX)).strip("_") or "index"


def _operation(said: Operation, view: type[Any], name: str, tag: str, *, has_places: bool) -> dict[str, Any]:
    is_write = not name.startswith("get_")
    found: dict[str, Any] = {
        "operationId": name,
        "summary": said.summary,
        "tags": [tag],
        "parameters": [*map(_parameter, said.parameters), *_conditions(said, is_write=is_write)],
        "responses": {
            str(said.status): _answer(said),
            **_others(said, is_write=is_write, has_places=has_places),
        },
    }
    if said.says:
        found["description"] = said.says
    if is_write or view.needs_person:
        found["security"] = [{"token": []}, {"session": []}]
    if said.body or said.takes or said.upload:
        found["requestBody"] = _body(said)
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    shape = shapes.many(parameter.shape) if parameter.repeats else parameter.shape
    found = {"name": parameter.name, "in": "query", "description": parameter.says, "schema": shape}
    return {**found, "style": "form", "explode": True} if parameter.repeats else found


def _conditions(said: Operation, *, is_write: bool) -> list[dict[str, Any]]:
    language = _header("Accept-Language", "The language of titles, names and messages: en or ru.")
    if said.if_match is not None:
        needed = _header("If-Match", "The ETag of what you read.", needed=said.if_match)
        return [language, needed]
    return (
        [language, _header("If-None-Match", "The ETag of what you have.")]
        if said.has_etag and not is_write
        else [language]
    )


def _header(name: str, says: str, *, needed: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": needed, "description": says, "schema": shapes.TEXT}


def _body(said: Operation) -> dict[str, Any]:
    if said.takes:
        return {"required": True, "content": {media: {"schema": shapes.TEXT} for media in said.takes}}
    content: dict[str, Any] = {}
    if said.body:
        shape = shape_of(said.body, partial=said.partial)  # type: ignore[arg-type]
        media = {"schema": shape, **({"example": said.example} if said.example else {})}
        types = ("application/json", "application/merge-patch+json") if said.partial else ("application/json",)
        content = dict.fromkeys(types, media)
    if said.upload:
        content["multipart/form-data"] = {"schema": shape_of(said.upload, partial=False)}  # type: ignore[arg-type]
    return {"required": True, "content": content}


def _answer(said: Operation) -> dict[str, Any]:
    names = ["RateLimit", "RateLimit-Policy", "Content-Language"]
    names += ["ETag"] if said.has_etag else []
    names += ["Location"] if said.status == HTTPStatus.CREATED else []
    found: dict[str, Any] = {
        "description": HTTPStatus(said.status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if said.answer:
        shape = _page(said) if said.listed else shapes.ref(said.answer)
        found["content"] = {media: {"schema": shape} for media in said.media_types}
        found["content"] |= {media: {"schema": shapes.ref(name)} for media, name in said.besides.items()}
    elif said.status != HTTPStatus.NO_CONTENT:
        found["content"] = {media: {} for media in said.media_types}
    return found


def _page(said: Operation) -> dict[str, Any]:
    rows = {"anyOf": [shapes.ref(said.answer), shapes.ref(f"Trimmed{said.answer}")]}
    page = shapes.record(
        next=shapes.maybe(shapes.ADDRESS), previous=shapes.maybe(shapes.ADDRESS), results=shapes.many(rows)
    )
    page["properties"] = {**page["properties"], "count": shapes.about("Only with `count=exact`.", shapes.WHOLE)}
    if said.media_types != ("application/json",):
        extra = {"@context": {"type": "array"}, "type": {"const": "AnnotationPage"}}
        page["properties"] = {**page["properties"], **extra}
        page["required"] = [*page["required"], *extra]
    return page


def _others(said: Operation, *, is_write: bool, has_places: bool) -> dict[str, Any]:
    statuses = {400, 401, 403, 406, 429, 500, 503, *said.problems}
    statuses |= {404} if has_places else set()
    statuses |= {411, 413, 415} if said.body or said.takes or said.upload else set()
    statuses |= {412} if said.if_match is not None else set()
    statuses |= {428} if said.if_match else set()
    found: dict[str, Any] = {str(s): {"$ref": f"#/components/responses/Problem{s}"} for s in sorted(statuses)}
    if said.has_etag and not is_write:
        found["304"] = {
            "description": "You have it already.",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        }
    return found


def _shapes() -> dict[str, Any]:
    trimmed = {f"Trimmed{said.answer}" for _a, _m, said, *_rest in operations() if said.listed}
    rows = {name: shapes.trimmed(SHAPES[name.removeprefix("Trimmed")]) for name in sorted(trimmed)}
    return {**dict(sorted(SHAPES.items())), **rows}


def problem_shape() -> dict[str, Any]:
    """Return the shape of whatever goes wrong."""
    error = shapes.record(pointer=shapes.TEXT, detail=shapes.TEXT, code=shapes.TEXT)
    return shapes.record(
        type=shapes.ADDRESS,
        title=shapes.TEXT,
        status=shapes.WHOLE,
        detail=shapes.TEXT,
        code={"type": "string", "enum": list(CODES)},
        errors=shapes.many(error),
    )


def _statuses() -> list[int]:
    return sorted({code.status for code in CODES.values()})


def _problem(status: int) -> dict[str, Any]:
    codes = [name for name, code in CODES.items() if code.status == status]
    names = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    own = {"properties": {"code": {"enum": codes}, "status": {"const": status}}}
    return {
        "description": "; ".join(f"`{name}`: {CODES[name].title}. {CODES[name].remedy}" for name in codes),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: {"schema": {"allOf": [shapes.ref("Problem"), own]}}},
    }


def _headers() -> dict[str, Any]:
    says = {
        "ETag": 'The version and a hash, in quotes: `"7.0123…"`. Strong.',
        "Location": "The address of what was made.",
        "Content-Language": "The language of titles, names and messages.",
        "RateLimit": 'What is left, and when it begins anew: `"default";r=59;t=60`.',
        "RateLimit-Policy": 'How often one may ask: `"default";q=60;w=60`.',
        "Retry-After": "Seconds.",
        "WWW-Authenticate": "Which sign-in is expected.",
    }
    return {name: {"description": text, "schema": shapes.TEXT} for name, text in says.items()}
