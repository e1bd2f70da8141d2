"""The OpenAPI document as people read it: operations by what they are about, shapes, codes."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from recommendations.api import examples, openapi
from recommendations.api.problems import CODES

# What stands in addresses.
EXAMPLES: Final = {
    "reference": "RB-01",
    "slug": "sutyrin-2019",
    "id": "$ID",
    "capture": "$CAPTURE",
    "subject": "recommendation",
    "key": "RB-01",
    "sequence": "1",
    "number": "1",
}


@cache
def groups() -> list[tuple[str, list[dict[str, Any]]]]:
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
                "places": [{**_member(name, shape), "says": _place(name)} for name, shape in places.items()],
                "parameters": [_parameter(p) for p in described["parameters"] if p["in"] == "query"],
                "headers": [_parameter(p) for p in described["parameters"] if p["in"] == "header"],
                "bodies": _bodies(described),
                "example": json.dumps(said.example, ensure_ascii=False, indent=2) if said.example else "",
                "statuses": [(status, _codes(status)) for status in described["responses"] if status >= "400"],
                "curl": _curl(method, address, said, needs="security" in described),
            }
        )
    return list(groups.items())


def _place(name: str) -> str:
    return f"Like `{EXAMPLES[name]}`." if EXAMPLES.get(name, "$")[0] != "$" else "As `id` in answers."


def _parameter(described: dict[str, Any]) -> dict[str, Any]:
    member = _member(described["name"], described["schema"], needed=described.get("required", False))
    return {**member, "says": described["description"]}


def _bodies(described: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each kind of body with its members; what is one of several shapes names these."""
    content = described.get("requestBody", {}).get("content", {})
    found = []
    for media, said in content.items():
        shape = _resolved(said["schema"])
        one_of = [_target(variant) for variant in shape.get("oneOf", ())]
        found.append({"media": media, "members": _members(shape), "one_of": one_of, "is_raw": not shape})
    return found


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = openapi.document()["components"]["schemas"]
    target = _target(shape) if "$ref" in shape else ""
    return named[target] if target else shape


def _members(shape: dict[str, Any]) -> list[dict[str, Any]]:
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
        most = f" (at most {shape['maxItems']})" if "maxItems" in shape else ""
        return f"list of {_type(shape['items'])}{most}" if shape.get("items") else "list"
    names = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    words = " or ".join(str(shape["format"]) if name == "string" and "format" in shape else name for name in names)
    inner = f" {{{', '.join(shape['properties'])}}}" if "properties" in shape else ""
    return words + _limits(shape) + inner


def _limits(shape: dict[str, Any]) -> str:
    """Say how long or how large it may be."""
    least, most = shape.get("minimum"), shape.get("maximum", shape.get("maxLength"))
    if least is not None:
        return f" ({least} to {most})" if most is not None else f" (from {least})"
    return f" (at most {most})" if most is not None else ""


def _target(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    inside = [shape["items"]] if "items" in shape else shape.get("anyOf", [])
    return next((found for one in inside if (found := _target(one))), "")


@cache
def named() -> dict[str, dict[str, Any]]:
    """Return the named shapes with their members and an example; trimmed ones and bodies stand elsewhere."""
    schemas = openapi.document()["components"]["schemas"]
    return {
        name: {
            "description": shape.get("description", ""),
            "members": [{**member, "required": False} for member in _members(shape)],
            "example": json.dumps(examples.of(shape), ensure_ascii=False, indent=2),
        }
        for name, shape in schemas.items()
        if not re.fullmatch(r"Trimmed.+|.+Body(Upload)?|Problem(?!400)[0-9]+", name)
    }


@cache
def all_codes() -> list[dict[str, Any]]:
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
    for place, value in EXAMPLES.items():
        address = address.replace(f"{{{place}}}", value)
    return " ".join([*parts, f'"{settings.PUBLIC_URL}{address}"'])
