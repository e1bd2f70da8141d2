"""Fields of request bodies: strict about types, and able to say their JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from recommendations.api import shapes
from recommendations.rules import references, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models.enums import Choices

    from recommendations.api.shapes import type_of_shape

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class _Field(serializers.Field[Any, Any, Any, Any]):
    """A member of a body: `read` turns the JSON value into ours or raises ValueError."""

    wrong: Any = _("This value is not possible here.")
    kind: type = str
    shape: type_of_shape = shapes.TEXT

    def read(self, value: Any) -> Any:
        """Turn a JSON value of the right type into ours."""
        return value

    def to_internal_value(self, data: Any) -> Any:
        """Refuse other JSON types instead of guessing."""
        try:
            if type(data) is self.kind:
                return self.read(data)
        except (ValueError, OverflowError):
            pass
        raise serializers.ValidationError(self.wrong, code="bad_value")


class Text(_Field):
    """A text. What may stand in it is the verb's business; here is how long it may be."""

    wrong = _("This has to be a text.")

    def __init__(self, *, longest: int, shortest: int = 0, **said: Any) -> None:
        super().__init__(**said)
        self.shape = {"type": "string", "maxLength": longest, "minLength": shortest}
        if not shortest:
            del self.shape["minLength"]

    def read(self, value: str) -> str:
        """Check length, and that something stands there where something has to."""
        least, most = self.shape.get("minLength", 0), self.shape["maxLength"]
        problems = words.check_text(value, "", longest=most, required=bool(least))
        if problems:
            raise serializers.ValidationError(str(problems[0].detail), code=problems[0].code)
        return value


class Slug(Text):
    """A short name as in addresses."""

    def __init__(self, **said: Any) -> None:
        super().__init__(longest=80, **said)
        self.shape = shapes.SLUG

    def read(self, value: str) -> str:
        """Check the form."""
        return _checked(value, references.check_slug(value))


class Reference(Text):
    """A reference such as RB-01."""

    def __init__(self, **said: Any) -> None:
        super().__init__(longest=22, **said)
        self.shape = shapes.REFERENCE

    def read(self, value: str) -> str:
        """Check the form."""
        return _checked(value, references.check_reference(value))


class Day(_Field):
    """A date."""

    wrong = _("This is not a date; write it like 2026-11-24.")
    shape = shapes.DAY

    def read(self, value: str) -> dt.date:
        """Take the one form of ISO 8601 that the documents promise."""
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return dt.date.fromisoformat(value)


class Moment(_Field):
    """A time with its offset."""

    wrong = _("This is not a time; write it like 2026-11-24T09:30:00Z.")
    shape = {"type": "string", "format": "date-time"}

    def read(self, value: str) -> dt.datetime:
        """Take RFC 3339."""
        if not _MOMENT.fullmatch(value):
            raise ValueError(value)
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)


class Identity(_Field):
    """A UUID."""

    wrong = _("This is not an id; ids are like 0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f.")
    shape = shapes.IDENTITY

    def read(self, value: str) -> uuid.UUID:
        """Take the usual form with hyphens."""
        if not _UUID.fullmatch(value):
            raise ValueError(value)
        return uuid.UUID(value)


class Whole(_Field):
    """A whole number in a range."""

    kind = int

    def __init__(self, *, least: int, most: int, **said: Any) -> None:
        super().__init__(**said)
        self.least, self.most = least, most
        self.shape = {"type": "integer", "minimum": least, "maximum": most}
        self.wrong = _("This has to be a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}

    def read(self, value: int) -> int:
        """Check the range."""
        if not self.least <= value <= self.most:
            raise ValueError(value)
        return value


class Number(_Field):
    """A quantity, kept as exactly as it is written."""

    wrong = _("This has to be a number.")
    shape = shapes.NUMBER

    def to_internal_value(self, data: Any) -> Decimal:
        """Take whole numbers and fractions; how large it may be is the verb's business."""
        if type(data) not in {int, float}:
            raise serializers.ValidationError(self.wrong, code="bad_value")
        return Decimal(str(data))


class Flag(_Field):
    """True or false."""

    kind = bool
    wrong = _("This is true or false.")
    shape = shapes.FLAG


class Upload(_Field):
    """A file: its name, and its bytes."""

    wrong = _("This has to be a file.")
    shape = {"type": "string", "format": "binary"}

    def to_internal_value(self, data: Any) -> tuple[str, bytes]:
        """Read it; the door has seen to its length."""
        if not isinstance(data, UploadedFile):
            raise serializers.ValidationError(self.wrong, code="bad_value")
        return str(data.name), data.read()


class Choice(_Field):
    """A member of a closed list."""

    def __init__(self, choices: type[Choices], *, but: tuple[str, ...] = (), **said: Any) -> None:
        super().__init__(**said)
        self.shape = shapes.one_of(choices, but=but)

    def to_internal_value(self, data: Any) -> Any:
        """Name the list where the value is not of it."""
        if not isinstance(data, str) or data not in self.shape["enum"]:
            problem = words.not_a_choice(data, self.shape["enum"], "")
            raise serializers.ValidationError(str(problem.detail), code=problem.code)
        return data


class Many(_Field):
    """A list of one kind of member."""

    kind = list
    wrong = _("This has to be a list.")

    def __init__(self, member: _Field, *, least: int = 0, most: int = 100, **said: Any) -> None:
        super().__init__(**said)
        self.member, self.least, self.most = member, least, most
        self.shape = {
            "type": "array",
            "items": member.shape,
            **({"minItems": least} if least else {}),
            "maxItems": most,
        }

    def read(self, value: list[Any]) -> tuple[Any, ...]:
        """Read each member; the problems are named by their place."""
        if len(value) > self.most:
            text = _("At most %(most)s are possible.") % {"most": self.most}
            raise serializers.ValidationError(text, code="too_many")
        if len(value) < self.least:
            text = _("At least %(least)s are needed.") % {"least": self.least}
            raise serializers.ValidationError(text, code="too_few")
        problems: dict[str, Any] = {}
        found = []
        for place, member in enumerate(value):
            try:
                found.append(self.member.run_validation(member))
            except serializers.ValidationError as wrong:
                problems[str(place)] = wrong.detail
        if problems:
            raise serializers.ValidationError(problems)
        return tuple(found)


class Nested(_Field):
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


class Body(serializers.Serializer[Any]):
    """The members of a body. A member that is not declared is refused, never ignored."""

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


class Variant(_Field):
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
    members = body().fields
    found = shapes.record(**{name: _member(made) for name, made in members.items()})
    needed = [] if partial else [name for name, made in members.items() if made.required]
    return {**found, "required": needed} if needed else {k: v for k, v in found.items() if k != "required"}


def _member(made: Any) -> type_of_shape:
    shape = shapes.maybe(made.shape) if made.allow_null else made.shape
    return shapes.about(str(made.help_text), shape) if made.help_text else shape


def _checked(value: str, problems: list[Any]) -> str:
    if problems:
        raise serializers.ValidationError(str(problems[0].detail), code=problems[0].code)
    return value


def without_null(said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Turn null into the empty text, where the verbs write an empty text for nothing."""
    return {name: "" if name in names and value is None else value for name, value in said.items()}
