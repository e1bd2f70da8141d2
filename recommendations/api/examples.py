"""An example of a shape: what an answer looks like, made of its schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from recommendations.api.components import SHAPES

if TYPE_CHECKING:
    from recommendations.api.shapes import type_of_shape

DEEPEST: Final = 6
FORMATS: Final = {
    "date": "2026-11-24",
    "date-time": "2026-11-24T09:30:00Z",
    "uuid": "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f",
    "uri": "/api/v1/…",
}
TEXTS: Final = ("RB-01", "sutyrin-2019", "0123456789abcdef" * 4)  # a reference, a slug, a hash
PLAIN: Final[dict[str, Any]] = {"integer": 1, "number": 1.5, "boolean": True, "null": None, "string": "…"}


def of(shape: type_of_shape, depth: int = 0) -> Any:
    """Return a value that is of the shape, as one would find it; empty where it goes too deep."""
    if "$ref" in shape:
        name = str(shape["$ref"]).rpartition("/")[2]
        return of(SHAPES[name], depth + 1) if name in SHAPES and depth < DEEPEST else {}
    for joint in ("anyOf", "oneOf"):
        if joint in shape:
            return of(shape[joint][0], depth)
    if "const" in shape or "enum" in shape:
        return shape["const"] if "const" in shape else shape["enum"][0]
    kind = shape["type"][0] if isinstance(shape.get("type"), list) else shape.get("type", "object")
    if kind == "object":
        return {name: of(member, depth + 1) for name, member in shape.get("properties", {}).items()}
    if kind == "array":
        return [of(shape["items"], depth + 1)] if shape.get("items") else []
    return _text(shape) if kind == "string" else max(shape.get("minimum", PLAIN[kind]), PLAIN[kind])


def _text(shape: type_of_shape) -> str:
    if shape.get("format") == "uri":
        return settings.PUBLIC_URL + FORMATS["uri"]
    known = FORMATS.get(shape.get("format", ""))
    fits = [text for text in TEXTS if re.search(shape.get("pattern", "$^"), text)]
    return known or (fits[0] if fits else "…")
