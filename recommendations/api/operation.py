"""What a view says of itself, once: its parameters, body, answer and problems. Checks and documents are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from recommendations.api import components, repeating, shapes
from recommendations.models import keyset, past

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from recommendations.api.bodies import Body
    from recommendations.api.door import Door
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
    Parameter(
        "cursor",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]*$", "maxLength": 2000},
        "A place in the list, as found in `next` and `previous`.",
    ),
    Parameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": keyset.MOST, "default": keyset.USUAL},
        "How many results at most.",
    ),
    Parameter("count", {"type": "string", "enum": ["exact"]}, "Also count all results; costs a second query."),
)


AS_OF: Final = Parameter(
    "as_of",
    shapes.DAY_OR_MOMENT,
    "Answer what the register said then: a day (its end where you are; in UTC for strangers), or a time with its "
    "offset. What is hidden today was never open. Names of people are those of today.",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. `answer` names a component; with `listed` it is a page of them, which may have members `besides_results`.

    With `dated` it answers as of any moment: the method runs within that moment and has to evaluate there. What is
    `streamed` is made after the method has ended, and goes to that moment by itself.

    `takes` are the media types of a body that is a document as it is; `besides` maps further media types of the answer,
    for those who ask for them, to components. `upload` is the other body of an address that also takes files, as multipart/form-data.

    What is on its way out is `deprecated` since a day, has perhaps a `sunset` (the day from which it may be gone) and a
    `successor`: an address that begins with /api/. Answers and the document tell it (RFC 9745, RFC 8594).
    """

    summary: str
    answer: str = ""
    says: str = ""
    status: int = 200
    listed: bool = False
    besides_results: dict[str, type_of_shape] = field(default_factory=dict)
    dated: bool = False
    streamed: bool = False
    query: tuple[Parameter, ...] = ()
    body: type[Body] | None = None
    upload: type[Body] | None = None
    partial: bool = False
    example: dict[str, Any] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    if_match: bool | None = None
    has_etag: bool = False
    media_types: tuple[str, ...] = ("application/json",)
    takes: tuple[str, ...] = ()
    besides: dict[str, str] = field(default_factory=dict)
    deprecated: dt.date | None = None
    sunset: dt.date | None = None
    successor: str = ""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All query parameters."""
        paging = (*PAGING, _fields(self.answer)) if self.listed else ()
        return (*self.query, *paging, *((AS_OF,) if self.dated else ()))


def _fields(answer: str) -> Parameter:
    names = {"type": "string", "enum": list(components.SHAPES[answer]["properties"])}
    return Parameter("fields", names, "Only these fields of each result.", repeats=True)


def operation(summary: str, answer: str = "", **said: Any) -> Callable[[View], View]:
    """Attach an `Operation` to a method of a view; see there for what can be said."""

    def attach(view: View) -> View:
        made = _within(view) if said.get("dated") and not said.get("streamed") else view
        made = cast("View", repeating.once(made)) if view.__name__ == "post" else made
        made.operation = Operation(summary, answer, **said)  # type: ignore[attr-defined]
        return made

    return attach


def _within(view: View) -> View:
    """Let a method answer from the moment that its door was asked for."""

    @wraps(view)
    def answer(door: Door, *args: Any, **kwargs: Any) -> Any:
        if door.as_of is None:
            return view(door, *args, **kwargs)
        with past.as_of(door.as_of.moment):
            return view(door, *args, **kwargs)

    return cast("View", answer)
