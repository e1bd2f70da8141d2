"""The named shapes of answers: each concept declares its own, the OpenAPI document lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from recommendations.api.shapes import type_of_shape

SHAPES: Final[dict[str, type_of_shape]] = {}


def declare(name: str, shape: type_of_shape, says: str) -> type_of_shape:
    """Name a shape, so that operations and other shapes can refer to it."""
    SHAPES[name] = {"description": says, **shape}
    return shape
