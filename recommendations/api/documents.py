"""The API's documents: its OpenAPI description, and the same for people to read."""

from __future__ import annotations

import hashlib
import json
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson
import yaml
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from recommendations.api import formats, openapi
from recommendations.api.door import Door
from recommendations.api.operation import Parameter, operation
from recommendations.api.problems import CODES
from recommendations.api.reasons import REASONS
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from rest_framework.request import Request

TYPES: Final = {
    "json": ("application/vnd.oai.openapi+json;version=3.1", "application/vnd.oai.openapi+json", "application/json"),
    "yaml": ("application/yaml", "application/vnd.oai.openapi", "application/x-yaml", "text/yaml"),
}


DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times as quick where libyaml is


class Schema(Door):
    """The OpenAPI document."""

    renderer_classes = tuple(
        formats.written_as(kind, media) for kind in ("json", "yaml") for media in (TYPES[kind][-1], *TYPES[kind][:-1])
    )

    @operation(
        "Read this document",
        query=(Parameter("format", {"type": "string", "enum": list(TYPES)}, "Instead of the Accept header."),),
        has_etag=True,
        media_types=("application/json", "application/yaml"),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer it in the wanted form, or 304."""
        kind = request.query_params.get("format", request.accepted_renderer.format)
        if kind not in TYPES:
            text = _("“%(value)s” is not one of: %(choices)s.") % {"value": kind[:60], "choices": ", ".join(TYPES)}
            raise Invalid(Problem("bad_parameter", text, "format"))
        content, tag = _written(kind)
        unchanged = self.unchanged(tag)
        if unchanged:
            return unchanged
        media_type = "application/yaml" if kind == "yaml" else "application/json"
        return HttpResponse(content, content_type=media_type, headers={"ETag": tag})


class Docs(Door):
    """The same for people."""

    renderer_classes = (formats.written_as("html", "text/html"), *Schema.renderer_classes[:1])

    @operation("Read the documents", media_types=("text/html",))
    def get(self, request: Request) -> HttpResponse:
        """Answer a page that needs no script."""
        context = {
            "document": openapi.document(),
            "groups": _groups(),
            "codes": _all_codes(),
            "reasons": REASONS,
            "shapes": _shapes(),
            "address": settings.PUBLIC_URL,
        }
        return render(request._request, "api/docs.html", context)  # noqa: SLF001 - Django's own request, under DRF's


@cache
def _written(kind: str) -> tuple[bytes, str]:
    document = openapi.document()
    if kind == "yaml":
        plain = json.loads(orjson.dumps(document))  # without shared members, which YAML would write as references
        data = yaml.dump(plain, Dumper=DUMPER, sort_keys=False, allow_unicode=True, width=120).encode()
    else:
        data = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return data, f'"{hashlib.sha256(data).hexdigest()[:24]}"'


@cache
def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the operations by tag, each with what the page shows of it."""
    groups: dict[str, list[dict[str, Any]]] = {}
    paths = openapi.document()["paths"]
    for address, method, said, _view, places, tag in openapi.operations():
        described = paths[address][method]
        groups.setdefault(tag, []).append(
            {
                "id": described["operationId"],
                "method": method.upper(),
                "address": address,
                "said": said,
                "needs_sign_in": "security" in described,
                "places": [_member(name, shape) for name, shape in places.items()],
                "parameters": [_parameter(p) for p in described["parameters"] if p["in"] == "query"],
                "headers": [_parameter(p) for p in described["parameters"] if p["in"] == "header"],
                "body": _body(described),
                "statuses": [(status, _codes(status)) for status in described["responses"] if status >= "400"],
                "curl": _curl(method, address, said, needs="security" in described),
            }
        )
    return list(groups.items())


def _parameter(described: dict[str, Any]) -> dict[str, Any]:
    member = _member(described["name"], described["schema"], needed=described.get("required", False))
    return {**member, "says": described["description"]}


def _body(described: dict[str, Any]) -> list[dict[str, Any]]:
    if "requestBody" not in described:
        return []
    content = described["requestBody"]["content"]
    return _members(content["application/json"]["schema"]) if "application/json" in content else []


def _members(shape: dict[str, Any]) -> list[dict[str, Any]]:
    if "oneOf" in shape:
        return [member for variant in shape["oneOf"] for member in _members(variant)]
    needed = shape.get("required", [])
    return [_member(name, member, needed=name in needed) for name, member in shape.get("properties", {}).items()]


def _member(name: str, shape: dict[str, Any], *, needed: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "required": needed,
        "type": _type(shape),
        "target": _target(shape),
        "says": shape.get("description", ""),
    }


def _type(shape: dict[str, Any]) -> str:
    """Say a type in words: text, one of a, b; list of text; Evidence or null."""
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    for joint in ("anyOf", "oneOf"):
        if joint in shape:
            return " or ".join(_type(one) for one in shape[joint])
    if "const" in shape:
        return json.dumps(shape["const"])
    if "enum" in shape:
        return " | ".join(json.dumps(value) for value in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_type(shape['items'])}" if "items" in shape else "list"
    names = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    words = " or ".join(str(shape["format"]) if name == "string" and "format" in shape else name for name in names)
    inner = f" {{{', '.join(shape['properties'])}}}" if "properties" in shape else ""
    return words + inner


def _target(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    inside = [shape["items"]] if "items" in shape else shape.get("anyOf", [])
    return next((found for one in inside if (found := _target(one))), "")


@cache
def _shapes() -> dict[str, dict[str, Any]]:
    """Return the named shapes with their members; the trimmed ones say nothing new."""
    named = openapi.document()["components"]["schemas"]
    return {
        name: {"description": shape.get("description", ""), "members": _members(shape)}
        for name, shape in named.items()
        if not name.startswith("Trimmed")
    }


@cache
def _all_codes() -> list[dict[str, Any]]:
    """Return the closed list in English, as the rest of the page is."""
    with translation.override("en"):
        return [
            {"name": name, "status": code.status, "title": str(code.title), "remedy": str(code.remedy)}
            for name, code in CODES.items()
        ]


def _codes(status: str) -> list[str]:
    return [name for name, code in CODES.items() if str(code.status) == status]


def _curl(method: str, address: str, said: Any, *, needs: bool) -> str:
    parts = ["curl"]
    if method != "get":
        parts += ["-X", method.upper()]
    if needs:
        parts += ["-H", '"Authorization: Bearer $TOKEN"']
    if said.if_match:
        parts += ["-H", '"If-Match: $ETAG"']
    if said.body:
        parts += [
            "-H",
            "'Content-Type: application/json'",
            "-d",
            shlex.quote(json.dumps(said.example, ensure_ascii=False)),
        ]
    if said.takes:
        parts += ["-H", f"'Content-Type: {said.takes[0]}'", "--data-binary", "@FILE"]
    example = {"{reference}": "RB-01", "{slug}": "sutyrin-2019", "{id}": "$ID", "{subject}": "recommendation", "{key}": "RB-01", "{sequence}": "1", "{number}": "1"}  # fmt: skip
    for place, value in example.items():
        address = address.replace(place, value)
    return " ".join([*parts, f'"{settings.PUBLIC_URL}{address}"'])
