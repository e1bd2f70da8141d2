"""Members of request bodies: strict about types, and able to say their JSON Schema. What holds them is bodies.py."""

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
from recommendations.rules import links, references, words

if TYPE_CHECKING:
    from django.db.models.enums import Choices

    from recommendations.api.shapes import type_of_shape

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Value(serializers.Field[Any, Any, Any, Any]):
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


class Text(Value):
    """A text. What may stand in it is the verb's business; here is how long it may be."""

    wrong = _("This has to be a text.")

    def __init__(self, *, longest: int, shortest: int = 0, **said: Any) -> None:
        super().__init__(**said)
        pattern = words.PATTERN_NEEDED if shortest else words.PATTERN
        self.shape = {"type": "string", "maxLength": longest, "minLength": shortest, "pattern": pattern}
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


class Link(Text):
    """A web address of others. Where it may lead is the verb's business (rules/links.py)."""

    def __init__(self, **said: Any) -> None:
        super().__init__(longest=links.MAX_LENGTH, shortest=1, **said)
        self.shape = {**self.shape, "pattern": r"^[hH][tT][tT][pP][sS]?://[!-~\u00a1-\ud7ff\uf900-\ufffd]+$"}


class Day(Value):
    """A date."""

    wrong = _("This is not a date; write it like 2026-11-24.")
    shape = shapes.DAY

    def read(self, value: str) -> dt.date:
        """Take the one form of ISO 8601 that the documents promise."""
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        return dt.date.fromisoformat(value)


class Moment(Value):
    """A time with its offset."""

    wrong = _("This is not a time; write it like 2026-11-24T09:30:00Z.")
    shape = {"type": "string", "format": "date-time"}

    def read(self, value: str) -> dt.datetime:
        """Take RFC 3339."""
        if not _MOMENT.fullmatch(value):
            raise ValueError(value)
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)


class DayOrMoment(Value):
    """A date, or a time with its offset, as a text: what it means is for who asks (actions/today.py)."""

    wrong = _("This is neither a day like 2026-03-01 nor a time with its offset like 2026-03-01T09:30:00Z.")
    shape = shapes.DAY_OR_MOMENT

    def read(self, value: str) -> str:
        """Check the form; whether there is such a day, and whether it is over, is checked where it is read."""
        if not (_DAY.fullmatch(value) or _MOMENT.fullmatch(value)):
            raise ValueError(value)
        return value


class Identity(Value):
    """A UUID."""

    wrong = _("This is not an id; ids are like 0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f.")
    shape = shapes.IDENTITY

    def read(self, value: str) -> uuid.UUID:
        """Take the usual form with hyphens."""
        if not _UUID.fullmatch(value):
            raise ValueError(value)
        return uuid.UUID(value)


class Whole(Value):
    """A whole number in a range."""

    kind = int

    def __init__(self, *, least: int, most: int, **said: Any) -> None:
        super().__init__(**said)
        self.least, self.most = least, most
        self.shape = {"type": "integer", "minimum": least, "maximum": most}
        self.wrong = _("This has to be a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}

    def to_internal_value(self, data: Any) -> int:
        """Take 4.0 for 4, as JSON Schema does."""
        is_whole = type(data) is float and data.is_integer()
        read: int = super().to_internal_value(int(data) if is_whole else data)
        return read

    def read(self, value: int) -> int:
        """Check the range."""
        if not self.least <= value <= self.most:
            raise ValueError(value)
        return value


class Number(Value):
    """A quantity, kept as exactly as it is written."""

    wrong = _("This has to be a number.")
    shape = shapes.NUMBER

    def to_internal_value(self, data: Any) -> Decimal:
        """Take whole numbers and fractions; how large it may be is the verb's business."""
        if type(data) not in {int, float}:
            raise serializers.ValidationError(self.wrong, code="bad_value")
        return Decimal(str(data))


class Flag(Value):
    """True or false."""

    kind = bool
    wrong = _("This is true or false.")
    shape = shapes.FLAG


class Upload(Value):
    """A file: its name, and its bytes."""

    wrong = _("This has to be a file.")
    shape = {"type": "string", "format": "binary"}

    def to_internal_value(self, data: Any) -> tuple[str, bytes]:
        """Read it; the door has seen to its length."""
        if not isinstance(data, UploadedFile):
            raise serializers.ValidationError(self.wrong, code="bad_value")
        return str(data.name), data.read()


class Choice(Value):
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


class Many(Value):
    """A list of one kind of member."""

    kind = list
    wrong = _("This has to be a list.")

    def __init__(self, member: Value, *, least: int = 0, most: int = 100, **said: Any) -> None:
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


def _checked(value: str, problems: list[Any]) -> str:
    if problems:
        raise serializers.ValidationError(str(problems[0].detail), code=problems[0].code)
    return value
