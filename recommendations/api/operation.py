"""What a view says of itself, once: its parameters, body, answer and problems. Checks and documents are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from recommendations.models import keyset

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.serializers import Serializer

    from recommendations.api.shapes import type_of_shape

View = TypeVar("View", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter. With `repeats` it is a list: given several times, or once with commas."""

    name: str
    shape: type_of_shape
    says: str
    repeats: bool = False


PAGING: Final = (
    Parameter("cursor", {"type": "string"}, "A place in the list, as found in `next` and `previous`."),
    Parameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": keyset.MOST, "default": keyset.USUAL},
        "How many results at most.",
    ),
    Parameter("count", {"type": "string", "enum": ["exact"]}, "Also count all results; costs a second query."),
    Parameter("fields", {"type": "string"}, "Only these fields of each result.", repeats=True),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. `answer` names a component; with `listed` it is a page of them.

    `upload` is the other body of an address that also takes files, as multipart/form-data.
    """

    summary: str
    answer: str = ""
    says: str = ""
    status: int = 200
    listed: bool = False
    query: tuple[Parameter, ...] = ()
    body: type[Serializer[Any]] | None = None
    upload: type[Serializer[Any]] | None = None
    partial: bool = False
    example: dict[str, Any] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    if_match: bool | None = None
    has_etag: bool = False
    media_types: tuple[str, ...] = ("application/json",)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All query parameters."""
        return (*self.query, *PAGING) if self.listed else self.query


def operation(summary: str, answer: str = "", **said: Any) -> Callable[[View], View]:
    """Attach an `Operation` to a method of a view; see there for what can be said."""

    def attach(view: View) -> View:
        view.operation = Operation(summary, answer, **said)  # type: ignore[attr-defined]
        return view

    return attach
