"""The OpenAPI 3.1 document, made of what the views say of themselves."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from recommendations.api import answers, converters, links, repeating, shapes
from recommendations.api.bodies import shape_of
from recommendations.api.components import SHAPES

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
    **{f"recommendations.{form}": "exports" for form in ("csv", "xlsx", "json", "ndjson", "manifest.json")},
    **dict.fromkeys(("template.csv", "template.xlsx", "rows", "apply"), "imports"),
}
# They belong to what their address is about.
_ACTS: Final = frozenset(
    (
        *("retract", "release", "finish", "cancel", "see", "undo", "withdraw", "restore", "split", "merge", "place"),
        *("file", "resend", "rotate", "test"),
    )
)
_TAG: Final = '(W/)?"[!#-~]*"'
TAGS: Final = {"type": "string", "pattern": rf"^(\*|{_TAG}(, ?{_TAG})*)$"}
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
                "schemas": _shapes(),
                "responses": {f"Problem{status}": answers.problem(status) for status in answers.statuses()},
                "headers": answers.headers(),
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
    everything = tuple(operations())
    for address, method, said, view, places, tag in everything:
        item = paths.setdefault(address, {})
        if places:
            item["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": shape} for name, shape in places.items()
            ]
        name = links.operation_id(method, address)
        found = described(said, view, method, name, has_places=bool(places))
        item[method] = {"operationId": name, "tags": [tag], **found}
        if following := links.following(address, said, everything):
            item[method]["responses"][str(said.status)]["links"] = following
    return paths


def described(said: Operation, view: type[Any], method: str, name: str, *, has_places: bool) -> dict[str, Any]:
    """Return what the document says of an operation."""
    is_write = method != "get"
    found: dict[str, Any] = {
        "summary": said.summary,
        "parameters": [*map(_parameter, said.parameters), *_conditions(said, method)],
        "responses": {
            str(said.status): answers.answer(said, method),
            **answers.others(said, method, has_places=has_places),
        },
    }
    if said.deprecated:
        found["deprecated"] = True
    if said.says:
        found["description"] = said.says
    if is_write or view.needs_person:
        found["security"] = [{"token": []}, {"session": []}]
    if said.body or said.takes or said.upload:
        found["requestBody"] = _body(said, name)
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    shape = shapes.many(parameter.shape) if parameter.repeats else parameter.shape
    found = {"name": parameter.name, "in": "query", "description": parameter.says, "schema": shape}
    return {**found, "style": "form", "explode": True} if parameter.repeats else found


def _conditions(said: Operation, method: str) -> list[dict[str, Any]]:
    found = [_header("Accept-Language", "The language of titles, names and messages: en or ru.")]
    if said.if_match is not None:
        found.append(_header("If-Match", "The ETag of what you read.", TAGS, needed=said.if_match))
    if said.has_etag and method == "get":
        found.append(_header("If-None-Match", "The ETag of what you have."))
    if method == "post":
        text = "A name of your own for this request: sent again with it, it has one effect and the same answer."
        found.append(_header(repeating.HEADER, text, {"type": "string", "pattern": repeating.PATTERN}))
    return found


def _header(name: str, says: str, shape: dict[str, Any] = shapes.TEXT, *, needed: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": needed, "description": says, "schema": shape}


def _body(said: Operation, name: str) -> dict[str, Any]:
    if said.takes:
        return {"required": True, "content": {media: {"schema": {}} for media in said.takes}}
    content: dict[str, Any] = {}
    if said.body:
        media = {"schema": shapes.ref(body_name(name)), **({"example": said.example} if said.example else {})}
        types = ("application/json", "application/merge-patch+json") if said.partial else ("application/json",)
        content = dict.fromkeys(types, media)
    if said.upload:
        content["multipart/form-data"] = {"schema": shapes.ref(f"{body_name(name)}Upload")}
    return {"required": True, "content": content}


def _shapes() -> dict[str, Any]:
    trimmed = {f"Trimmed{said.answer}" for _a, _m, said, *_rest in operations() if said.listed}
    rows = {name: shapes.trimmed(SHAPES[name.removeprefix("Trimmed")]) for name in sorted(trimmed)}
    problems = {f"Problem{status}": answers.problem_shape(status) for status in answers.statuses()}
    return {**dict(sorted(SHAPES.items())), **rows, **_bodies(), **problems}


def _bodies() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for address, method, said, *_rest in operations():
        name = body_name(links.operation_id(method, address))
        if said.body:
            found |= {one["title"]: one for one in said.body.variants()}
            found[name] = shape_of(said.body, partial=said.partial)
        if said.upload:
            found[f"{name}Upload"] = shape_of(said.upload, partial=False)
    return found


def body_name(operation: str) -> str:
    """Return the name of the shape of an operation's body."""
    return operation.title().replace("_", "") + "Body"
