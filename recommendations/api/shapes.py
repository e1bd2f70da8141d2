"""JSON Schema in few words: what answers and bodies look like. The OpenAPI document is made of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django.db.models.enums import Choices

type_of_shape = dict[str, Any]

TEXT: Final[type_of_shape] = {"type": "string"}
DAY: Final[type_of_shape] = {"type": "string", "format": "date"}
DAY_OR_MOMENT: Final[type_of_shape] = {"anyOf": [DAY, {"type": "string", "format": "date-time"}]}
MOMENT: Final[type_of_shape] = {"type": "string", "format": "date-time", "pattern": "Z$"}
IDENTITY: Final[type_of_shape] = {"type": "string", "format": "uuid"}
ADDRESS: Final[type_of_shape] = {"type": "string", "format": "uri"}
SLUG: Final[type_of_shape] = {"type": "string", "pattern": "^[a-z0-9]+(?:-[a-z0-9]+)*$", "maxLength": 80}
REFERENCE: Final[type_of_shape] = {"type": "string", "pattern": "^[A-Z][A-Z0-9]{0,11}-[0-9]{1,9}$"}
HASH: Final[type_of_shape] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
WHOLE: Final[type_of_shape] = {"type": "integer"}
NUMBER: Final[type_of_shape] = {"type": "number"}
FLAG: Final[type_of_shape] = {"type": "boolean"}
ANYTHING: Final[type_of_shape] = {"type": "object", "additionalProperties": True}
VERSION: Final[type_of_shape] = {"type": "integer", "minimum": 1, "description": "Grows with each change."}


def one_of(choices: type[Choices], *, but: tuple[str, ...] = ()) -> type_of_shape:
    """A member of a closed list."""
    return {"type": "string", "enum": [value for value in choices.values if value not in but]}


def maybe(shape: type_of_shape) -> type_of_shape:
    """The shape, or null."""
    if "$ref" in shape:
        return {"anyOf": [shape, {"type": "null"}]}
    found = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape:
        found["enum"] = [*shape["enum"], None]
    return found


def many(shape: type_of_shape) -> type_of_shape:
    """A list of the shape."""
    return {"type": "array", "items": shape}


def ref(name: str) -> type_of_shape:
    """The component of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def about(description: str, shape: type_of_shape) -> type_of_shape:
    """The shape with a sentence for readers."""
    return {**shape, "description": description}


def record(**members: type_of_shape) -> type_of_shape:
    """An object with exactly these members."""
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def extended(base: type_of_shape, **members: type_of_shape) -> type_of_shape:
    """An object with the members of another one and these."""
    return record(**base["properties"], **members)


def trimmed(base: type_of_shape) -> type_of_shape:
    """An object with some members of another one: what `fields=` leaves."""
    return {key: value for key, value in base.items() if key != "required"} | {"minProperties": 1}
