"""Request bodies: objects of declared members, one within another where need be, and their JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from recommendations.api import shapes
from recommendations.api.fields import Value
from recommendations.rules import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recommendations.api.shapes import type_of_shape


class Body(serializers.Serializer[Any]):
    """The members of a body. A member that is not declared is refused, never ignored."""

    @classmethod
    def variants(cls) -> list[type_of_shape]:
        """Return the shapes, with titles, of which a body has one: where one member says which others there may be."""
        return []

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuse what is not an object, and members nobody knows."""
        if not isinstance(data, dict):
            text = _("The body has to be a JSON object.")
            raise serializers.ValidationError({"": [serializers.ErrorDetail(str(text), "bad_value")]})
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            names = ", ".join(self.fields)
            said = _("There is no field of this name here; possible are: %(names)s.") % {"names": names}
            raise serializers.ValidationError(
                {name: [serializers.ErrorDetail(said, "unknown_field")] for name in unknown}
            )
        return super().run_validation(data)


class Nested(Value):
    """A body within a body."""

    kind = dict
    wrong = _("This has to be a JSON object.")

    def __init__(self, body: type[Body], **said: Any) -> None:
        super().__init__(**said)
        self.body, self.shape = body, shape_of(body, partial=False)

    def read(self, value: dict[str, Any]) -> dict[str, Any]:
        """Read its members; what is wrong is named by theirs."""
        made = self.body(data=value)
        made.is_valid(raise_exception=True)
        return dict(made.validated_data)


class Variant(Value):
    """One of some objects, told apart by the member `type`."""

    kind = dict

    def __init__(self, bodies: Mapping[str, type[Body]], **said: Any) -> None:
        super().__init__(**said)
        self.bodies = bodies
        self.shape = {"oneOf": [shape_of(body, partial=False) for body in bodies.values()]}

    def read(self, value: dict[str, Any]) -> dict[str, Any]:
        """Read it as the body of its type."""
        body = self.bodies.get(str(value.get("type")))
        if body is None:
            problem = words.not_a_choice(value.get("type"), self.bodies, "type")
            raise serializers.ValidationError({"type": [serializers.ErrorDetail(str(problem.detail), problem.code)]})
        return dict(body().run_validation(value))


def shape_of(body: type[Body], *, partial: bool) -> type_of_shape:
    """Return the JSON Schema of a body."""
    if variants := body.variants():
        return {"oneOf": [shapes.ref(variant["title"]) for variant in variants]}
    members = body().fields
    found = shapes.record(**{name: _member(made) for name, made in members.items()})
    needed = [] if partial else [name for name, made in members.items() if made.required]
    return {**found, "required": needed} if needed else {k: v for k, v in found.items() if k != "required"}


def _member(made: Any) -> type_of_shape:
    shape = shapes.maybe(made.shape) if made.allow_null else made.shape
    return shapes.about(str(made.help_text), shape) if made.help_text else shape


def without_null(said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Turn null into the empty text, where the verbs write an empty text for nothing."""
    return {name: "" if name in names and value is None else value for name, value in said.items()}
